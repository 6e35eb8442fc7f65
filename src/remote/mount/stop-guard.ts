import { setTimeout as delay } from "node:timers/promises";
import { isStopped } from "../../system/process/process-name.ts";
import { spawnStream, type StreamProcess } from "../../system/process/process.ts";

export interface GuardRequest {
  /** Path of the sensor for this machine; null where it was not built: there is no guard. */
  readonly program: string | null;
  /** Of the program that mounts. */
  readonly pid: number;
  readonly deadlineMs: number;
}

const LONGEST_BEAT_MS = 1_000;
const BEATS = 5;
const AGAIN_AFTER_MS = 500;
const MOST_STARTS = 10;

/**
 * A small process beside this one that ends the program that mounts when this process, or that program, is stopped for longer than the
 * deadline: nobody can answer then, and whoever waits for an answer would wait until it goes on.
 */
export class StopGuard {
  readonly #request: GuardRequest;
  readonly #beat: NodeJS.Timeout;
  #process: StreamProcess | null = null;
  #starts = 0;
  #isOver = false;

  constructor(request: GuardRequest) {
    this.#request = request;
    this.#beat = setInterval(() => this.#tell(), Math.min(LONGEST_BEAT_MS, request.deadlineMs / BEATS)).unref();
    this.#start();
  }

  end(): void {
    this.#isOver = true;
    clearInterval(this.#beat);
    this.#process?.kill("SIGKILL");
  }

  // It is no part of our group: what is stopped from a terminal is the whole group.
  #start(): void {
    const { program, pid, deadlineMs } = this.#request;
    if (program === null || this.#isOver || this.#starts >= MOST_STARTS) return;
    this.#starts += 1;
    const words = [program, "attend", String(process.pid), String(pid), String(Math.ceil(deadlineMs))];
    this.#process = spawnStream(words, { detached: true });
    void this.#process.exit
      .catch(() => undefined)
      .then(() => delay(AGAIN_AFTER_MS, undefined, { ref: false }))
      .then(() => this.#start());
  }

  #tell(): void {
    const guard = this.#process;
    if (guard === null) return;
    guard.stdin.write(".");
    if (isStopped(guard.pid)) guard.kill("SIGKILL");
  }
}
