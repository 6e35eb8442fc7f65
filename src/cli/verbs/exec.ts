import { execRecorded } from "../../record/exec.ts";
import { resolveVariables } from "../argument.ts";
import type { EngineChoice, VerbContext } from "../context.ts";
import { holdEvents } from "../held-events.ts";
import { openChosenEngine, openStore } from "../places.ts";

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
  const [name = "", ...rest] = words;
  const argv = rest[0] === "--" ? rest.slice(1) : rest;
  const engine = await openChosenEngine(context, options);
  const quiet = holdEvents(context.progress);
  try {
    return await execRecorded({
      engine,
      store: openStore(context, quiet.emit),
      name,
      start: options.start === true,
      argv,
      user: options.user,
      workdir: options.workdir,
      env: resolveVariables(options.env, context.env),
      stdin: options.interactive === true ? context.stdin : null,
      stdout: context.stdout,
      stderr: context.stderr,
      clock: context.clock,
      emit: quiet.emit,
      signal: context.signal,
    });
  } finally {
    quiet.release();
  }
}
