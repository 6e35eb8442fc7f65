import type { Clock } from "../../base/clock.ts";
import { type Foreground, imageOf, readForeground } from "./foreground.ts";

export interface WatchOptions {
  readonly clock: Clock;
  /** The exec's process on this machine; null where the engine is elsewhere. */
  readonly pid: number | null;
  /** Time of the last output. */
  readonly quietSince: () => number;
  /** A shell may be at a prompt of its own now: a command runs, or none has been heard of. */
  readonly isWanted: () => boolean;
  /** The running command replaces its shell. */
  readonly mayReplace: () => boolean;
  /** A shell with this program name waits at its prompt and is not followed. */
  readonly onShell: (name: string) => void;
  readonly onLook: () => void;
}

const POLL_MS = 50;
/** Looking takes no more than one part in so many of a processor: what a command starts is to run as fast as without a recorder. */
const SHARE = 100;
const SLOWEST_POLL_MS = 400;
/** A look is as good as new for so long. */
const SOON_MS = 10;
/** A shell that waits for keys has drawn its prompt when nothing was printed for so long. */
const QUIET_MS = 60;
/** The same where it cannot be seen that it waits. */
const BLIND_QUIET_MS = 400;
/** A program that has had the terminal for so long is not about to become a shell. */
const STABLE_MS = 1000;

/** Watches who has the terminal, and finds the shells that a command opened. */
export class ForegroundWatch {
  readonly #options: WatchOptions;
  readonly #known = new Map<number, string>();
  #timer: NodeJS.Timeout | null = null;
  #pause = POLL_MS;
  #isLooking = false;
  #last: Foreground | null = null;
  #lastSince = 0;
  #waitsSince = 0;
  #clearAt = 0;
  #lookedAt = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.pid !== null) this.#timer ??= setTimeout(() => this.#turn(), POLL_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** The program that has the terminal has been seen to wait for keys after `since`, and prints nothing. */
  isWaiting(since: number): boolean {
    const quiet = this.#options.clock() - Math.max(this.#options.quietSince(), since);
    return this.#last?.isWaiting === true && this.#lookedAt > since && quiet > QUIET_MS;
  }

  /** The same program has waited for keys for longer than `milliseconds`. */
  hasWaited(milliseconds: number): boolean {
    return this.#last?.isWaiting === true && this.#options.clock() - this.#waitsSince > milliseconds;
  }

  /** The program that has the terminal is a shell that is followed. */
  get isKnown(): boolean {
    return this.#last?.isShell === true && this.#isKnown(this.#last);
  }

  /** The shell that has the terminal now is followed, or is never to be. */
  knowThis(): void {
    if (this.#last !== null) this.know(this.#last.pid);
  }

  /** The process is a followed shell. */
  know(pid: number): void {
    this.#known.set(pid, imageOf(pid));
  }

  /** Keys that came at `since` are for a program that is no unfollowed shell. */
  isClear(since: number): boolean {
    if (this.#options.pid === null) return true;
    if (this.#clearAt >= since) return true;
    const now = this.#options.clock();
    const isStable = this.#last !== null && !this.#last.isShell && now - this.#lastSince > STABLE_MS;
    if (isStable && now - this.#lookedAt <= POLL_MS) return true;
    if (now - this.#lookedAt > SOON_MS) this.look();
    return false;
  }

  /** Looks now; what was printed before is taken in before it is judged. */
  look(): void {
    const { clock, pid, isWanted } = this.#options;
    if (pid === null || this.#isLooking || !isWanted()) return;
    this.#isLooking = true;
    const startedAt = clock();
    const found = readForeground(pid);
    this.#pause = Math.min(Math.max(POLL_MS, (clock() - startedAt) * SHARE), SLOWEST_POLL_MS);
    setImmediate(() => {
      this.#isLooking = false;
      if (this.#timer !== null) this.#judge(found, startedAt);
    });
  }

  #turn(): void {
    this.#timer = setTimeout(() => this.#turn(), this.#options.isWanted() ? this.#pause : POLL_MS);
    this.look();
  }

  #judge(found: Foreground | null, startedAt: number): void {
    if (found?.pid !== this.#last?.pid) this.#lastSince = startedAt;
    if (found?.pid !== this.#last?.pid || found?.isWaiting !== true || this.#last?.isWaiting !== true) this.#waitsSince = startedAt;
    this.#last = found;
    this.#lookedAt = startedAt;
    if (!this.#options.isWanted()) return;
    const isNew = found !== null && found.isShell && !this.#isKnown(found);
    if (!isNew) this.#clearAt = startedAt;
    else if (this.#isAtPrompt(found)) this.#options.onShell(found.name);
    this.#options.onLook();
  }

  #isKnown(found: Foreground): boolean {
    const image = this.#known.get(found.pid);
    if (image === undefined) return false;
    return image === "" || found.image === "" ? !this.#options.mayReplace() : image === found.image;
  }

  #isAtPrompt(found: Foreground): boolean {
    const quiet = this.#options.clock() - this.#options.quietSince();
    if (found.isWaiting === null) return quiet > BLIND_QUIET_MS;
    return found.isWaiting && quiet > QUIET_MS && this.hasWaited(QUIET_MS);
  }
}
