import type { Command } from "commander";
import { EXIT } from "../base/exit-code.ts";
import type { VerbContext } from "./context.ts";
import { createProgram } from "./program.ts";

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const one of command.commands) {
    throwInsteadOfExit(one);
  }
}

/** Finds the verb, reads its options and runs it: its exit code. Wrong usage is thrown as commander's own error. */
export async function runVerb(words: readonly string[], context: VerbContext): Promise<number> {
  let exit: number = EXIT.done;
  const program = createProgram(context, (code) => {
    exit = code;
  });
  throwInsteadOfExit(program);
  await program.parseAsync(words, { from: "user" });
  return exit;
}
