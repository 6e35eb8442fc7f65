import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { execRecorded } from "../../../record/exec.ts";
import { openRealTerminal } from "../../../system/terminal/terminal.ts";
import { resolveVariables } from "../../words/argument.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { holdEvents } from "../../held-events.ts";
import { openStore } from "../../open-store.ts";
import { openChosenEngine } from "../../places.ts";

interface ExecOptions extends EngineChoice {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly user?: string;
  readonly workdir?: string;
  readonly env: readonly string[];
  readonly start?: boolean;
}

/** `cooper exec`: one recorded command; its output and exit code are the command's own. */
export async function exec(context: VerbContext, words: readonly string[], options: ExecOptions): Promise<number> {
  const { stdin, stdout, stderr, clock, signal } = context;
  const [name = "", ...rest] = words;
  if (options.tty === true && !stdin.isTTY) throw noTerminal();
  const terminal = options.tty === true ? openRealTerminal(stdin, stdout) : undefined;
  const engine = await openChosenEngine(context, options);
  const quiet = holdEvents(context.progress);
  // A program that reads the command's standard error finds nothing of ours in it.
  if (!stderr.isTTY) quiet.hold();
  const onStart = (): void => {
    quiet.hold();
    if (options.interactive === true) terminal?.enterRawMode();
  };
  try {
    return await execRecorded({
      engine,
      store: openStore(context, quiet.emit),
      name,
      start: options.start === true,
      argv: rest[0] === "--" ? rest.slice(1) : rest,
      user: options.user,
      workdir: options.workdir,
      env: resolveVariables(options.env, context.env),
      stdin: options.interactive === true ? stdin : null,
      stdout,
      stderr,
      terminal,
      onStart,
      clock,
      emit: quiet.emit,
      signal,
    });
  } finally {
    terminal?.restore();
    quiet.release();
  }
}

function noTerminal(): CooperError {
  return new CooperError("no-terminal", "standard input is no terminal, so the command cannot be given one", {
    hint: "Leave out -t: cooper exec -i NAME -- COMMAND",
    exit: EXIT.cooperFailed,
  });
}
