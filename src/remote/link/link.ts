import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** The way to a session's engine. It may break, and is made again by itself. */
export interface Link {
  readonly isWhole: boolean;
  /** Calls the listener once when it breaks, at once while it is broken; gives what takes the listener off. */
  onBroken(listener: () => void): () => void;
  /** True as soon as it is whole; false where it is not within that time. */
  whenWhole(withinMs: number): Promise<boolean>;
  /** What is to be said while it is broken. */
  failure(): CooperError;
}

/** To an engine of this machine: what breaks there is the engine. */
export const NEAR_LINK: Link = {
  isWhole: true,
  onBroken: () => () => undefined,
  whenWhole: () => Promise.resolve(true),
  failure: linkBroken,
};

/** A link that somebody watches. */
export class WatchedLink implements Link {
  #isWhole = false;
  #waiting = new Set<Waiter>();

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** How many wait for a change. */
  get waiting(): number {
    return this.#waiting.size;
  }

  set(isWhole: boolean): void {
    this.#isWhole = isWhole;
    const told = [...this.#waiting].filter((one) => one.isWhole === isWhole);
    for (const one of told) this.#waiting.delete(one);
    for (const { tell } of told) tell();
  }

  onBroken(listener: () => void): () => void {
    return this.#wait({ isWhole: false, tell: listener });
  }

  async whenWhole(withinMs: number): Promise<boolean> {
    return await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => {
        stop();
        resolve(this.#isWhole);
      }, withinMs);
      const stop = this.#wait({
        isWhole: true,
        tell: () => {
          clearTimeout(late);
          resolve(true);
        },
      });
    });
  }

  failure(): CooperError {
    return linkBroken();
  }

  #wait(waiter: Waiter): () => void {
    if (this.#isWhole === waiter.isWhole) waiter.tell();
    else this.#waiting.add(waiter);
    return () => void this.#waiting.delete(waiter);
  }
}

interface Waiter {
  /** What it waits for. */
  readonly isWhole: boolean;
  readonly tell: () => void;
}

/** Gives what the work gives; throws the link's failure where that breaks before. */
export async function whileWhole<T>(link: Link, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined;
  const broken = new Promise<never>((_, reject) => (stop = link.onBroken(() => reject(link.failure()))));
  try {
    return await Promise.race([work, broken]);
  } finally {
    stop();
  }
}

/** The engine's machine does not answer any more. */
function linkBroken(): CooperError {
  return new CooperError("link-broken", "the connection to the engine's machine is broken", {
    hint: "It is made again by itself as soon as the machine answers: try again then. See: cooper dev status",
    exit: EXIT.cooperFailed,
  });
}
