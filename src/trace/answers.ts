import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";

interface Waiter {
  readonly answer: string;
  resolve(): void;
  reject(error: unknown): void;
}

const ANSWER_WITHIN_MS = 60_000;

/** Waits for what a helper says, one answer at a time, or for its end. */
export class Answers {
  #waiters: readonly Waiter[] = [];
  #end: Error | null = null;

  /** Settles when the helper gives this answer; throws what ended it, or `sensor-silent`. */
  wait(answer: string): Promise<void> {
    if (this.#end !== null) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new CooperError("sensor-silent", `The sensor did not say "${answer}" within a minute.`, { exit: EXIT.incomplete })),
        ANSWER_WITHIN_MS,
      );
      const settled = (): void => clearTimeout(late);
      const waiter = {
        answer,
        resolve: () => (settled(), resolve()),
        reject: (error: unknown) => (settled(), reject(error)),
      };
      this.#waiters = [...this.#waiters, waiter];
    });
  }

  /** The helper said this. */
  hear(answer: string): void {
    const heard = this.#waiters.find((waiter) => waiter.answer === answer);
    this.#waiters = this.#waiters.filter((waiter) => waiter !== heard);
    heard?.resolve();
  }

  /** Nothing more will come. */
  end(error: unknown): void {
    this.#end = error instanceof Error ? error : new CooperError("sensor-gone", "The sensor's helper ended.", { exit: EXIT.incomplete });
    for (const waiter of this.#waiters) waiter.reject(this.#end);
    this.#waiters = [];
  }
}
