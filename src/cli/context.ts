import type { Clock, RandomHex } from "../base/clock.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Style } from "../terminal/style.ts";

/** All that a verb gets from the process it runs in. */
export interface VerbContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Writes a result to standard output; rejects with `output-closed` when nobody reads it any more. */
  readonly print: (text: string) => Promise<void>;
  /** Colours of standard output. */
  readonly style: Style;
  readonly progress: Progress;
  /** Aborted by ^C, a termination or a hang-up. */
  readonly signal: AbortSignal;
  /** The words that start this program, before those of a verb. */
  readonly own: readonly string[];
  readonly clock: Clock;
  readonly randomHex: RandomHex;
}

/** Which engine a verb talks to, where the command line says so. */
export interface EngineChoice {
  readonly host?: string;
  readonly context?: string;
}
