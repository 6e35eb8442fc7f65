import type { Readable, Writable } from "node:stream";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { openCommandExec } from "../../capture/command/command-exec.ts";
import { type JoinedTerminal, openTerminalExec } from "../../capture/command/terminal-exec.ts";
import { inspectContainer } from "../../engine/container/container.ts";
import { runInContainer } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";

/** A command to be run in a running container; nothing of it is recorded. */
export interface Entering {
  readonly engine: Engine;
  readonly id: string;
  /** Empty: a shell. */
  readonly argv: readonly string[];
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly env: readonly string[];
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Give it a terminal. */
  readonly terminal: JoinedTerminal | null;
  /** The terminal is the command's own from now on. */
  readonly onStart: () => void;
  readonly signal: AbortSignal;
}

/** Runs it with its streams passed on, to its end; gives its exit code. Throws `no-shell` where a shell is wanted and there is none. */
export async function enterContainer(entering: Entering): Promise<number> {
  const { engine, id, terminal, onStart } = entering;
  const argv = entering.argv.length > 0 ? entering.argv : [await findShell(entering)];
  const container = await inspectContainer(engine, id);
  entering.signal.throwIfAborted();
  onStart();
  const options = { ...entering, container, argv };
  const exec = terminal === null ? await openCommandExec(options) : await openTerminalExec(options, terminal);
  const exit = await exec.run();
  const failure = exec.failure();
  if (failure !== null) throw failure;
  return exit ?? EXIT.cooperFailed;
}

async function findShell({ engine, id }: Entering): Promise<string> {
  for (const shell of ["bash", "sh"]) {
    const { exit } = await runInContainer(engine, id, [shell, "-c", ":"], { user: "0" }).catch(() => ({ exit: 127 }));
    if (exit === 0) return shell;
  }
  throw new CooperError("no-shell", "The container has no shell (neither bash nor sh).", {
    hint: "Give a command that it has after --, or look at it from outside: cooper logs, cooper scan.",
    exit: EXIT.notFound,
  });
}
