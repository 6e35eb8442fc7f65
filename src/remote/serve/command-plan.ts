import { joinWords } from "../../format/shell/quote.ts";
import type { ExecRequest } from "../exec/request.ts";
import { refuseSecret } from "../exec/secret-words.ts";

/** What a request means: words to be run as they are, or text whose shell is asked afterwards what it exports. */
export type CommandPlan =
  | { readonly kind: "program"; readonly argv: readonly Buffer[]; readonly isLeftOut: boolean }
  | { readonly kind: "text"; readonly text: Buffer; readonly needsTerminal: boolean; readonly isLeftOut: boolean };

/** Commands that are nothing but a change of the shell they are typed in. */
const OF_THE_SHELL: ReadonlySet<string> = new Set(["cd", "export", "unset", "source", "."]);
const LEFT_OUT = "#nohist";

/** Reads a request; null where it holds no command. Throws `secret-on-command-line`. */
export function planCommand(request: ExecRequest): CommandPlan | null {
  if (request.text !== null) {
    const isLeftOut = request.isLeftOut || request.text.toString("latin1").trimEnd().endsWith(LEFT_OUT);
    return { kind: "text", text: request.text, needsTerminal: true, isLeftOut };
  }
  const isMarked = request.argv.at(-1)?.toString("latin1") === LEFT_OUT;
  const argv = isMarked ? request.argv.slice(0, -1) : request.argv;
  const isLeftOut = request.isLeftOut || isMarked;
  const [program] = argv;
  if (program === undefined) return null;
  if (!OF_THE_SHELL.has(program.toString("latin1"))) return { kind: "program", argv, isLeftOut };
  const words = argv.map((word) => word.toString("latin1"));
  if (words[0] === "export") words.slice(1).forEach(refuseSecret);
  const needsTerminal = words[0] === "source" || words[0] === ".";
  return { kind: "text", text: Buffer.from(joinWords(words), "latin1"), needsTerminal, isLeftOut };
}
