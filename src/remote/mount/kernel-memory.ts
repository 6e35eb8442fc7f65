import { setTimeout as delay } from "node:timers/promises";

const KEPT_MS = 100;
/** So long, in seconds, the kernel may tell names and attributes of the mount without asking. */
export const KERNEL_MEMORY = String(KEPT_MS / 1_000);
/** An answer is on its way to the kernel for so long. */
const ON_ITS_WAY_MS = 50;
/** The kernel counts in ticks of up to 10 ms and rounds up, twice; a timer may be early by one. */
const TICKS_MS = 25;

/** What the kernel was told of the mount, and may tell programs for a moment although the container has changed. */
export class KernelMemory {
  readonly #now: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** It is told of a name, or of attributes. */
  told(): void {
    this.#toldAt = this.#now();
  }

  /** Milliseconds until it has forgotten what it was told; who waits has asked it for nothing since then. */
  keepsFor(since: number): number {
    const arrivesAt = this.#toldAt + ON_ITS_WAY_MS;
    const heardAt = this.#toldAt <= since ? Math.min(arrivesAt, since) : arrivesAt;
    return Math.max(0, heardAt + KEPT_MS + TICKS_MS - this.#now());
  }

  async forgotten(since: number): Promise<void> {
    const left = this.keepsFor(since);
    if (left > 0) await delay(left);
  }
}
