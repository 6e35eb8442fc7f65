import { setTimeout as delay } from "node:timers/promises";
import type { Observation, Observer } from "../../changes/observer.ts";
import type { Tree } from "../../format/tree/entry.ts";
import type { Link } from "../link/link.ts";

const NOTHING: Observation = { changes: [], packages: [], debconf: [], processes: [], ended: [], findings: [], at: 0, isWeak: true };
const TRIES = 3;
const AGAIN_MS = 500;
const QUIET_WITHIN_MS = 10_000;
const LINKED_WITHIN_MS = 60_000;

export interface LateParts {
  readonly link: Link;
  /** Resolves when nobody waits for anything else of the engine. */
  readonly quiet: Promise<void>;
  readonly open: (signal: AbortSignal) => Promise<Observer>;
}

/** An observer that takes its time to be opened: commands may run meanwhile, and looks wait for it. */
export class LateObserver implements Observer {
  readonly #parts: LateParts;
  readonly #closed = new AbortController();
  #opening: Promise<Observer> | null = null;
  #opened: Observer | null = null;

  constructor(parts: LateParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#opened !== null;
  }

  /** Opens it, again where that failed before. Throws why it cannot be. */
  open(): Promise<Observer> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** Sees nothing where it is closed before it is open. */
  async look(): Promise<Observation> {
    const opened = await this.open().catch((error: unknown) => {
      if (this.#closed.signal.aborted) return null;
      throw error;
    });
    return opened === null ? NOTHING : await opened.look();
  }

  async peek(): Promise<boolean> {
    return await (await this.open()).peek();
  }

  tree(): Tree {
    return this.#opened?.tree() ?? new Map();
  }

  close(): void {
    this.#closed.abort(new Error("the session ends"));
    this.#opened?.close();
  }

  async #open(): Promise<Observer> {
    const { open, link, quiet } = this.#parts;
    const { signal } = this.#closed;
    await Promise.race([quiet, delay(QUIET_WITHIN_MS, undefined, { ref: false })]);
    for (let left = TRIES; ; left -= 1) {
      signal.throwIfAborted();
      try {
        const opened = await open(signal);
        if (signal.aborted) opened.close();
        this.#opened = opened;
        return opened;
      } catch (error) {
        if (left <= 1 || signal.aborted) throw error;
        // The way there may have broken: no look is lost for that.
        await link.whenWhole(LINKED_WITHIN_MS);
        await delay(AGAIN_MS, undefined, { ref: false });
      }
    }
  }
}
