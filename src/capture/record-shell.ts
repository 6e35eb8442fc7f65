import type { Readable, Writable } from "node:stream";
import type { Clock, RandomHex } from "../base/clock.ts";
import { CooperError } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import { EXIT } from "../base/exit-code.ts";
import type { ContainerInfo } from "../engine/container-info.ts";
import type { Engine } from "../engine/open-engine.ts";
import { openAppendFile } from "../system/append-file.ts";
import { bootstrapScript, SHELLS } from "./bootstrap.ts";
import { CastRecorder } from "./cast-recorder.ts";
import { SecretKeeper } from "./mask-step.ts";
import type { PathObserver, SessionLog } from "./observed.ts";
import { Recording } from "./recording.ts";
import { openShellExec, type ShellExec, type TerminalSize } from "./shell-exec.ts";
import { joinTerminal } from "./terminal-join.ts";
import { watchVisitors } from "./visitors.ts";

export interface RecordShellOptions {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  /** A shell's path or name; the user's login shell when absent. */
  readonly shell?: string | undefined;
  /** "NAME=value" */
  readonly env?: readonly string[] | undefined;
  readonly observer: PathObserver;
  readonly writer: SessionLog;
  readonly input: Readable;
  readonly output: Writable;
  readonly size: () => TerminalSize;
  readonly onResize: (listener: (size: TerminalSize) => void) => () => void;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  /** False where the input is no terminal: its lines are typed one by one. */
  readonly isInteractive: boolean;
  readonly emit: Emit;
  /** Hangs up. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens a shell in the container and records what is done in it until it ends; gives its exit code. */
export async function recordShell(options: RecordShellOptions): Promise<{ readonly exit: number }> {
  const { clock, writer, emit } = options;
  const secrets = new SecretKeeper();
  const file = openAppendFile(writer.castPath, (error) =>
    emit({ kind: "finding", finding: { code: "cast-lost", message: `the terminal's recording cannot be written: ${error.message}` } }),
  );
  const cast = new CastRecorder({ file, clock, size: options.size(), title: options.container.name, secrets: secrets.values });
  const held: { exec: ShellExec | null; wasVisited: (from: number, to: number) => boolean } = { exec: null, wasVisited: () => false };
  const join = joinTerminal(options);
  const recording = new Recording({
    ...{ clock, randomHex: options.randomHex, observer: options.observer, log: writer, secrets, cast },
    pid: () => held.exec?.pid ?? null,
    send: (bytes) => void held.exec?.stream.write(bytes),
    show: (bytes) => join.show(bytes),
    wasVisited: (from, to) => held.wasVisited(from, to),
    onFinding: (finding) => emit({ kind: "finding", finding }),
    onIdle: () => join.idle(),
  });
  try {
    const exec = await openShell(options, recording.expectShell());
    held.exec = exec;
    const visitors = watchVisitors(options.engine, options.container.id, exec.id);
    held.wasVisited = (from, to) => visitors.wasVisited(from, to);
    recording.open();
    try {
      const exit = await join.run({ exec, recording, cast });
      await recording.close(exit);
      await writer.end(exit);
      return { exit: exit ?? EXIT.cooperFailed };
    } finally {
      visitors.close();
    }
  } finally {
    await cast.close();
  }
}

async function openShell(options: RecordShellOptions, token: string): Promise<ShellExec> {
  const { engine, container, user, workdir, env = [] } = options;
  const argv = ["/bin/sh", "-c", bootstrapScript(token, options.shell ?? null)];
  try {
    return await openShellExec({ engine, containerId: container.id, argv, env, user, workdir, size: options.size() });
  } catch (error) {
    if (!(error instanceof CooperError) || !/no such file|not found|executable/i.test(error.message)) throw error;
    throw noShell(container.name, error);
  }
}

function noShell(name: string, cause: unknown): CooperError {
  return new CooperError("no-shell", `there is no shell in ${name}: looked for /bin/sh, ${SHELLS.join(", ")}`, {
    hint: `Record single commands: cooper exec ${name} -- COMMAND, or put a static busybox into the container.`,
    exit: EXIT.notFound,
    cause,
  });
}
