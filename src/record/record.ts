import type { Readable, Writable } from "node:stream";
import type { Clock, RandomHex } from "../base/clock.ts";
import type { Emit } from "../base/events.ts";
import { type OwnProcesses, recordShell } from "../capture/record-shell.ts";
import type { TerminalSize } from "../capture/shell/shell-exec.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { HistoryStore } from "../history/store.ts";
import { checkShell } from "./check-shell.ts";
import { openContainer } from "./open-container.ts";
import { openRecording } from "../capture/open-recording.ts";

/** A shell to be recorded, and the terminal it is joined to. */
export interface RecordJob {
  readonly engine: Engine;
  readonly store: HistoryStore;
  readonly name: string;
  /** Start the container where it is stopped. */
  readonly start: boolean;
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  readonly shell: string | undefined;
  readonly env: readonly string[];
  readonly input: Readable;
  readonly output: Writable;
  readonly size: () => TerminalSize;
  readonly onResize: (listener: (size: TerminalSize) => void) => () => void;
  /** The shell is about to open: the terminal is its own from now on. */
  readonly onOpen: () => void;
  readonly isInteractive: boolean;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  /** The sensor that watches what commands read; absent: reads are not asked for. */
  readonly sensor?: Uint8Array | undefined;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Finds the container, learns what its image held, opens the shell and records until it ends; gives its exit code. */
export async function recordContainer(job: RecordJob): Promise<number> {
  const container = await openContainer(job.engine, job.name, job);
  const starter = await checkShell(job.engine, container, job);
  const own: { processes: OwnProcesses | null } = { processes: null };
  const { writer, observer } = await openRecording({ ...job, container, own: () => own.processes });
  try {
    job.signal.throwIfAborted();
    job.onOpen();
    const onOpen = (processes: OwnProcesses): void => {
      own.processes = processes;
    };
    const { exit } = await recordShell({ ...job, container, starter, observer, writer, onOpen });
    return exit;
  } finally {
    observer.close();
  }
}
