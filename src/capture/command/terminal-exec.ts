import type { CommandExec, CommandExecOptions } from "./command-exec.ts";
import { openShellExec, type ShellExec, type TerminalSize } from "../shell/shell-exec.ts";

/** The user's terminal, as a command with a terminal of its own needs it. */
export interface JoinedTerminal {
  readonly size: () => TerminalSize;
  readonly onResize: (listener: (size: TerminalSize) => void) => () => void;
}

type TerminalExecOptions = Omit<CommandExecOptions, "stderr">;

/** Starts a command with a terminal in the container. */
export async function openTerminalExec(options: TerminalExecOptions, terminal: JoinedTerminal): Promise<CommandExec> {
  const { engine, container, argv, user, workdir, env = [] } = options;
  const exec = await openShellExec({ engine, containerId: container.id, argv, env, user, workdir, size: terminal.size() });
  // A size that was told before the process ran was lost.
  exec.resize(terminal.size());
  return { id: exec.id, pid: exec.pid, run: () => runExec(exec, options, terminal), failure: () => null };
}

async function runExec(exec: ShellExec, options: TerminalExecOptions, terminal: JoinedTerminal): Promise<number | null> {
  const { stdin, stdout, signal } = options;
  const stopResize = terminal.onResize((size) => exec.resize(size));
  const stop = (): void => void exec.stream.destroy();
  signal?.addEventListener("abort", stop, { once: true });
  stdin?.pipe(exec.stream);
  try {
    await new Promise<void>((resolve) => {
      exec.stream.on("data", (chunk: Buffer) => stdout.write(chunk));
      for (const event of ["end", "close", "error"]) exec.stream.once(event, () => resolve());
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    stopResize();
    stdin?.unpipe(exec.stream);
    stdin?.pause();
    exec.stream.destroy();
  }
  return await exec.exit();
}
