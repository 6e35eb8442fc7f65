import { isPosix } from "../../format/shell/portable.ts";
import { readCommands } from "../../format/shell/commands.ts";
import { hasSyntaxError } from "../../format/shell/syntax.ts";
import type { ShellKind } from "../../history/model.ts";
import type { RunShell, ShellNeeds } from "./action.ts";
import { isBashOption } from "./options.ts";

/** The shell that must run a command: the portable one where the recorded shell would do just the same. */
export function chooseShell(kind: ShellKind, text: string, needs: ShellNeeds): RunShell {
  const isPlain = isPosix(text) && isPlainState(needs) && !echoesBackslashes(text, needs);
  if (kind === "zsh") return isPlain && !splitsDifferently(text) ? "any" : "zsh";
  if (isPlain || kind === "none") return "any";
  return kind === "bash" ? "bash" : "sh";
}

function isPlainState(needs: ShellNeeds): boolean {
  const isArray = Object.values(needs.variables).some((variable) => variable !== null && variable.kind !== "scalar");
  const needsBash = Object.entries(needs.options).some(([name, isOn]) => isOn && isBashOption(name));
  return !isArray && !needsBash && Object.values(needs.functions).every(isPosix);
}

/** dash's echo reads backslashes in what a variable brings, bash's does not. */
function echoesBackslashes(text: string, needs: ShellNeeds): boolean {
  const echoes = readCommands(text).filter(({ name }) => name === "echo");
  return Object.entries(needs.variables).some(
    ([name, variable]) =>
      typeof variable?.value === "string" &&
      variable.value.includes("\\") &&
      echoes.some((echo) => echo.words.some((word) => word.text.includes(name))),
  );
}

/** zsh neither splits an unquoted `$name` into words nor leaves a pattern that matches nothing. */
function splitsDifferently(text: string): boolean {
  return hasSyntaxError(text) || /[$`*?[~=]/.test(text.replace(/'[^']*'|"(?:[^"\\]|\\[^])*"/g, ""));
}
