import type { Problem } from "./problem.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/u;

/**
 * Replaces $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?message}, ${NAME?message}, ${NAME:+other}, ${NAME+other} and $$ in a
 * text, as Compose does; defaults may hold variables themselves. A variable that is not set and has no default is a problem.
 */
export function interpolate(text: string, variables: Variables): string | Problem {
  let done = "";
  let rest = text;
  for (;;) {
    const dollar = rest.indexOf("$");
    if (dollar < 0) return done + rest;
    const step = expandOne(rest.slice(dollar + 1), variables);
    if ("problem" in step) return step;
    done += rest.slice(0, dollar) + step.value;
    rest = step.rest;
  }
}

type Step = { readonly value: string; readonly rest: string } | Problem;

function expandOne(after: string, variables: Variables): Step {
  if (after.startsWith("$")) return { value: "$", rest: after.slice(1) };
  const name = NAME.exec(after)?.[0];
  if (name !== undefined) return plainVariable(name, after.slice(name.length), variables);
  if (!after.startsWith("{")) return { problem: "a $ that begins no variable; write $$ for the sign itself" };
  const end = closingBrace(after);
  if (end < 0) return { problem: "a ${ without its }" };
  const value = expandBraces(after.slice(1, end), variables);
  return typeof value === "string" ? { value, rest: after.slice(end + 1) } : value;
}

function closingBrace(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "{") depth++;
    if (text[index] === "}" && --depth === 0) return index;
  }
  return -1;
}

function plainVariable(name: string, rest: string, variables: Variables): Step {
  const value = variables[name];
  return value === undefined ? { problem: `the variable ${name}, which is not set` } : { value, rest };
}

function expandBraces(inner: string, variables: Variables): string | Problem {
  const name = NAME.exec(inner)?.[0];
  const [, operator = "", word = ""] = /^(:?[-?+])?(.*)$/su.exec(inner.slice(name?.length ?? 0)) ?? [];
  if (name === undefined || (operator === "" && word !== "")) return { problem: `\${${inner}}, which is no variable` };
  const value = variables[name];
  const isThere = value !== undefined && !(operator.startsWith(":") && value === "");
  if (operator.endsWith("+")) return isThere ? interpolate(word, variables) : "";
  if (isThere) return value;
  if (operator.endsWith("-")) return interpolate(word, variables);
  return { problem: `the variable ${name}, which is not set${operator === "" || word === "" ? "" : `: ${word}`}` };
}
