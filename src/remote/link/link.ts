import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

/** The way to a session's engine. It may break, and is made again by itself. */
export interface Link {
  readonly isWhole: boolean;
  /** Resolves when it breaks; at once while it is broken. */
  whenBroken(): Promise<void>;
  /** True as soon as it is whole; false where it is not within that time. */
  whenWhole(withinMs: number): Promise<boolean>;
}

/** To an engine of this machine: what breaks there is the engine. */
export const NEAR_LINK: Link = {
  isWhole: true,
  whenBroken: () => new Promise(() => undefined),
  whenWhole: () => Promise.resolve(true),
};

/** A link that somebody watches. */
export class WatchedLink implements Link {
  #isWhole = false;
  #waiting: { readonly isWhole: boolean; readonly tell: () => void }[] = [];

  get isWhole(): boolean {
    return this.#isWhole;
  }

  set(isWhole: boolean): void {
    this.#isWhole = isWhole;
    const told = this.#waiting.filter((one) => one.isWhole === isWhole);
    this.#waiting = this.#waiting.filter((one) => one.isWhole !== isWhole);
    for (const { tell } of told) tell();
  }

  async whenBroken(): Promise<void> {
    if (this.#isWhole) await new Promise<void>((resolve) => this.#waiting.push({ isWhole: false, tell: resolve }));
  }

  async whenWhole(withinMs: number): Promise<boolean> {
    if (this.#isWhole) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    await Promise.race([late, new Promise<void>((resolve) => this.#waiting.push({ isWhole: true, tell: resolve }))]);
    clearTimeout(timer);
    return this.#isWhole;
  }
}

/** Gives what the work gives; throws `link-broken` where the link breaks before. */
export async function whileWhole<T>(link: Link, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return await Promise.race([
    work,
    link.whenBroken().then(() => {
      throw linkBroken();
    }),
  ]);
}

/** The engine's machine does not answer any more. */
export function linkBroken(): CooperError {
  return new CooperError("link-broken", "the connection to the engine's machine is broken", {
    hint: "It is made again by itself as soon as the machine answers: try again then. See: cooper dev status",
    exit: EXIT.cooperFailed,
  });
}
