import type { Readable, Writable } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { Emit } from "../base/events.ts";
import { recordCommand } from "../capture/command/record-command.ts";
import type { OwnProcesses } from "../capture/record-shell.ts";
import type { JoinedTerminal } from "../capture/command/terminal-exec.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { HistoryStore } from "../history/store.ts";
import { openContainer } from "./open-container.ts";
import { openRecording } from "../capture/open-recording.ts";

/** One command to be run and recorded. */
export interface ExecJob {
  readonly engine: Engine;
  readonly store: HistoryStore;
  readonly name: string;
  /** Start the container where it is stopped. */
  readonly start: boolean;
  readonly argv: readonly string[];
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly env: readonly string[];
  /** Null: the command has no input. */
  readonly stdin: Readable | null;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Give it a terminal. */
  readonly terminal: JoinedTerminal | undefined;
  /** The command is about to start: the terminal is its own from now on. */
  readonly onStart: () => void;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Runs one command in the container and records it with what it changed; gives its exit code. */
export async function execRecorded(job: ExecJob): Promise<number> {
  const container = await openContainer(job.engine, job.name, job);
  const own: { processes: OwnProcesses | null } = { processes: null };
  const { writer, observer } = await openRecording({ ...job, container, own: () => own.processes });
  try {
    const onOpen = (processes: OwnProcesses): void => {
      own.processes = processes;
    };
    job.signal.throwIfAborted();
    job.onStart();
    const { exit } = await recordCommand({ ...job, container, observer, writer, onOpen });
    return exit;
  } finally {
    observer.close();
  }
}
