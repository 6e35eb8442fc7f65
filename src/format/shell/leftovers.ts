import { readRedirections } from "./commands.ts";
import { parseShell, walkShell } from "./syntax.ts";

/** True for a text that uses what earlier commands left in its shell and no state tells: arguments (`set --`), open files (`exec 3>f`). */
export function usesLeftovers(text: string): boolean {
  return usesArguments(text) || usesOpenFile(text);
}

function usesArguments(text: string): boolean {
  if (!/\$\{?[\d@*#]/.test(text) || /\bset\b/.test(text)) return false;
  let isUsed = false;
  walkShell(parseShell(text), ({ node, above }) => {
    if (above.some(({ type }) => type === "Function")) return;
    if (node.type === "SimpleExpansion") isUsed ||= /^\$[1-9@*#]$/.test(node.text);
    if (node.type === "ParameterExpansion") isUsed ||= /^(?:[1-9]\d*|[@*#])$/.test(node.parameter);
  });
  return isUsed;
}

function usesOpenFile(text: string): boolean {
  if (!/[<>]&\s*[3-9]/.test(text)) return false;
  const redirections = readRedirections(text);
  const opened = new Set(redirections.map(({ descriptor }) => descriptor));
  return redirections.some(({ operator, target }) => {
    const number = /^[3-9]$/.test(target?.text ?? "") ? Number(target?.text) : null;
    return operator.endsWith("&") && number !== null && !opened.has(number);
  });
}
