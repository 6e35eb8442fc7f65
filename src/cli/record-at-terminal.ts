import { terminalSetting } from "../capture/terminal/terminal-kind.ts";
import { recordContainer, type RecordJob } from "../record/record.ts";
import { openRealTerminal } from "../system/terminal/terminal.ts";
import type { VerbContext } from "./context.ts";
import { holdEvents } from "./held-events.ts";
import { openStore } from "./open-store.ts";

/** What is to be recorded; where it is typed and shown is the person's terminal. */
export type ShellAsked = Pick<RecordJob, "engine" | "name" | "start" | "user" | "workdir" | "shell" | "env" | "sensor">;

/** Records a shell that has the terminal for itself until it ends: what is to be said meanwhile is said afterwards. Gives the shell's exit code. */
export async function recordAtTerminal(context: VerbContext, asked: ShellAsked): Promise<number> {
  const { stdin, stdout, progress, signal, clock, randomHex, env } = context;
  const terminal = openRealTerminal(stdin, stdout);
  const isInteractive = stdin.isTTY && stdout.isTTY;
  const quiet = holdEvents(progress);
  try {
    return await recordContainer({
      ...asked,
      store: openStore(context, quiet.emit),
      env: [...(isInteractive ? terminalSetting(env["TERM"]) : []), ...asked.env],
      input: stdin,
      output: stdout,
      isInteractive,
      clock,
      randomHex,
      signal,
      emit: quiet.emit,
      size: () => terminal.size(),
      onResize: (listener) => terminal.onResize(listener),
      onOpen: () => {
        quiet.hold();
        if (isInteractive) terminal.enterRawMode();
      },
    });
  } finally {
    terminal.restore();
    quiet.release();
  }
}
