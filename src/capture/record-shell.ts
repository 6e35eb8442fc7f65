import type { Readable, Writable } from "node:stream";
import type { Clock, RandomHex } from "../base/clock.ts";
import type { Emit } from "../base/events.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Observer } from "../changes/observer.ts";
import type { ContainerInfo } from "../engine/container/container-info.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { SessionWriter } from "../history/session-writer.ts";
import { bootstrapScript } from "./shell/bootstrap.ts";
import { endLeftShells, noteShell } from "./shell/left-shell.ts";
import { tellLoss } from "./shell/lost-shell.ts";
import { Recording } from "./recording.ts";
import { openShellExec, type ShellExec, type TerminalSize } from "./shell/shell-exec.ts";
import { joinTerminal } from "./terminal/terminal-join.ts";
import { type Visitors, watchVisitors } from "./step/visitors.ts";

export interface RecordShellOptions {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  /** Any shell of the container: it finds the wanted one. */
  readonly starter: string;
  /** A shell's path or name; the user's login shell when absent. */
  readonly shell?: string | undefined;
  /** "NAME=value" */
  readonly env?: readonly string[] | undefined;
  readonly observer: Observer;
  readonly writer: SessionWriter;
  readonly input: Readable;
  readonly output: Writable;
  readonly size: () => TerminalSize;
  readonly onResize: (listener: (size: TerminalSize) => void) => () => void;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  /** False where the input is no terminal: its lines are typed one by one. */
  readonly isInteractive: boolean;
  readonly emit: Emit;
  /** Hears of the processes that are the recorder's own, once they run. */
  readonly onOpen?: ((own: OwnProcesses) => void) | undefined;
  /** Hangs up. */
  readonly signal?: AbortSignal | undefined;
}

/** The shell's process on the engine's machine (null where it is not visible), and the shells' numbers in the container. */
export interface OwnProcesses {
  readonly hostPid: number | null;
  readonly pids: () => readonly number[];
}

/** Opens a shell in the container and records what is done in it until it ends; gives its exit code. */
export async function recordShell(options: RecordShellOptions): Promise<{ readonly exit: number }> {
  const { clock, writer, emit } = options;
  const cast = await writer.openCast(options.size());
  const held: { exec: ShellExec | null; visitors: Visitors | null } = { exec: null, visitors: null };
  const join = joinTerminal(options);
  const recording = new Recording({
    clock,
    randomHex: options.randomHex,
    observer: options.observer,
    writer,
    cast,
    send: (bytes) => void held.exec?.stream.write(bytes),
    show: (bytes) => join.show(bytes),
    columns: () => options.size().columns,
    wasVisited: (from, to) => held.visitors?.wasVisited(from, to) ?? false,
    onFinding: (finding) => emit({ kind: "finding", finding }),
    onIdle: (takesPastes) => join.idle(takesPastes),
  });
  try {
    await endLeftShells(options.engine, writer);
    const exec = await openShell(options, await recording.prepare());
    const note = await noteShell(writer, exec.id);
    held.exec = exec;
    options.onOpen?.({ hostPid: exec.pid, pids: () => recording.tracker.pids.map(Number) });
    held.visitors = watchVisitors(options.engine, options.container.id, exec.id);
    recording.open(exec.pid);
    try {
      const exit = await join.run({ exec, recording, cast });
      await recording.close(exit);
      await writer.end(exit);
      await tellLoss(options, exit);
      return { exit: exit ?? EXIT.cooperFailed };
    } finally {
      await note.remove();
      held.visitors.close();
    }
  } finally {
    await cast.close();
  }
}

async function openShell(options: RecordShellOptions, token: string): Promise<ShellExec> {
  const { engine, container, user, workdir, env = [] } = options;
  const argv = [options.starter, "-c", bootstrapScript(token, options.shell ?? null)];
  return await openShellExec({ engine, containerId: container.id, argv, env, user, workdir, size: options.size() });
}
