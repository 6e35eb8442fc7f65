import { isProblem, type Problem } from "./problem.ts";
import { interpolate, type Variables } from "./interpolate.ts";

export type EnvFile = Readonly<Record<string, string>>;

/** A file of NAME=value lines as Compose reads it: comments, `export`, quotes; values without single quotes may hold variables. */
export function readEnvFile(text: string, variables: Variables): EnvFile | (Problem & { readonly line: number }) {
  const found: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (/^\s*(#|$)/u.test(line)) continue;
    const [, name, value = ""] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*)$/su.exec(line) ?? [];
    if (name === undefined) return { problem: "no NAME=value", line: index + 1 };
    const read = readValue(value, { ...found, ...variables });
    if (isProblem(read)) return { ...read, line: index + 1 };
    found[name] = read;
  }
  return found;
}

function readValue(text: string, variables: Variables): string | Problem {
  const single = /^'([^']*)'\s*(#.*)?$/u.exec(text)?.[1];
  if (single !== undefined) return single;
  const double = /^"((?:[^"\\]|\\.)*)"\s*(#.*)?$/u.exec(text)?.[1];
  if (double !== undefined)
    return interpolate(
      double.replace(/\\([nrt"\\])/gu, (_, letter: string) => ESCAPES[letter] ?? letter),
      variables,
    );
  if (/^['"]/u.test(text)) return { problem: "a quote that does not end" };
  return interpolate(text.replace(/\s+#.*$/u, "").trimEnd(), variables);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
