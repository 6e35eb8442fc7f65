import type { Clock, RandomHex } from "../base/clock.ts";
import type { Finding } from "../base/finding.ts";
import type { Observer } from "../changes/observer.ts";
import type { CastRecorder } from "../history/cast-recorder.ts";
import type { SessionWriter } from "../history/session-writer.ts";

/** What a recorded terminal is made of. */
export interface RecordingOptions {
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly observer: Observer;
  readonly writer: SessionWriter;
  readonly send: (bytes: Buffer) => void;
  readonly show: (bytes: Buffer) => void;
  readonly cast: CastRecorder;
  /** Of the terminal. */
  readonly columns: () => number;
  readonly wasVisited: (from: number, to: number) => boolean;
  readonly onFinding: (finding: Finding) => void;
  /** The shell, or a program that it runs, waits for keys and none are on their way; it may know a paste from typing. */
  readonly onIdle: (takesPastes: boolean) => void;
}
