import type { Command } from "commander";
import { EXIT } from "../base/exit-code.ts";
import type { VerbContext } from "./context.ts";

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const one of command.commands) {
    throwInsteadOfExit(one);
  }
}

/** Finds the verb, reads its options and runs it: its exit code. Wrong usage is thrown as commander's own error. */
export async function runVerb(words: readonly string[], context: VerbContext): Promise<number> {
  // `dodo` is typed all day: nothing is loaded for it but itself.
  if (words[0] === "dev" && words[1] === "exec" && words[2] !== "--help") {
    return await (await import("./verbs/dev/exec.ts")).devExec(context, words.slice(2));
  }
  const { createProgram } = await import("./words/program.ts");
  let exit: number = EXIT.done;
  const program = createProgram(context, (code) => {
    exit = code;
  });
  throwInsteadOfExit(program);
  await program.parseAsync(words, { from: "user" });
  return exit;
}
