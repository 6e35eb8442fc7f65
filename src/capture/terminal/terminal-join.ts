import type { Readable, Writable } from "node:stream";
import type { Emit } from "../../base/events.ts";
import type { CastRecorder } from "../../history/cast-recorder.ts";
import { OUTPUT_GONE } from "../findings.ts";
import type { Recording } from "../recording.ts";
import { ScriptedInput } from "./scripted-input.ts";
import type { ShellExec, TerminalSize } from "../shell/shell-exec.ts";

export interface JoinOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly onResize: (listener: (size: TerminalSize) => void) => () => void;
  readonly isInteractive: boolean;
  readonly emit: Emit;
  readonly signal?: AbortSignal | undefined;
}

interface Joined {
  readonly exec: ShellExec;
  readonly recording: Recording;
  readonly cast: CastRecorder;
}

/** The user's terminal on one side and the container's on the other. */
export interface TerminalJoin {
  show(bytes: Buffer): void;
  /** The shell (or a program that asks) waits and nothing is on its way to it. */
  idle(takesPastes: boolean): void;
  /** Passes bytes both ways until the container's side ends; gives the exit code. */
  run(joined: Joined): Promise<number | null>;
}

/** Joins the streams that the caller gave. */
export function joinTerminal(options: JoinOptions): TerminalJoin {
  return new Join(options);
}

class Join implements TerminalJoin {
  readonly #options: JoinOptions;
  #joined: Joined | null = null;
  #script: ScriptedInput | null = null;
  #isOutputGone = false;

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  show(bytes: Buffer): void {
    const { output } = this.#options;
    if (this.#isOutputGone || output.write(bytes)) return;
    const stream = this.#joined?.exec.stream;
    stream?.pause();
    output.once("drain", () => stream?.resume());
  }

  idle(takesPastes: boolean): void {
    this.#script?.idle(takesPastes);
  }

  async run(joined: Joined): Promise<number | null> {
    this.#joined = joined;
    const { exec, recording } = joined;
    const release = this.#listen(joined);
    try {
      await new Promise<void>((resolve) => {
        exec.stream.on("data", (chunk: Buffer) => recording.print(chunk));
        for (const event of ["end", "close", "error"]) exec.stream.once(event, () => resolve());
      });
    } finally {
      release();
      exec.stream.destroy();
    }
    return await exec.exit();
  }

  #listen({ exec, recording, cast }: Joined): () => void {
    const { input, output, signal, isInteractive, emit, onResize } = this.#options;
    const script = isInteractive ? null : new ScriptedInput((bytes) => recording.type(bytes));
    this.#script = script;
    const hangUp = (): void => void this.#hangUp();
    const onData = (chunk: Buffer): void => (script === null ? recording.type(chunk) : script.push(chunk));
    const onEnd = (): void => (script === null ? hangUp() : script.end());
    const onOutputError = (): void => {
      if (!this.#isOutputGone) emit({ kind: "finding", finding: OUTPUT_GONE });
      this.#isOutputGone = true;
      hangUp();
    };
    const stopResize = onResize((size) => {
      exec.resize(size);
      cast.resize(size.columns, size.rows);
    });
    input.on("data", onData);
    input.once("end", onEnd);
    output.on("error", onOutputError);
    signal?.addEventListener("abort", hangUp, { once: true });
    if (signal?.aborted === true) hangUp();
    return () => {
      stopResize();
      input.off("data", onData);
      input.off("end", onEnd);
      input.pause();
      output.off("error", onOutputError);
      signal?.removeEventListener("abort", hangUp);
    };
  }

  async #hangUp(): Promise<void> {
    const joined = this.#joined;
    if (joined === null) return;
    await joined.exec.hangUp(joined.recording.tracker.pids);
    setTimeout(() => joined.exec.stream.destroy(), HANG_UP_MS).unref();
  }
}

/** A shell that has been hung up has this long to end. */
const HANG_UP_MS = 2000;
