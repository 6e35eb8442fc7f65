export interface IdleLookOptions {
  /** Cheaply: has anything changed? */
  readonly peek: () => Promise<boolean>;
  /** A shell waits at its prompt. */
  readonly isIdle: () => boolean;
  readonly onNews: () => void;
  readonly onTurn: () => void;
}

const TURN_MS = 2000;

/** While a shell waits at its prompt: finds out now and then whether somebody else has changed something. */
export class IdleLook {
  readonly #options: IdleLookOptions;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: IdleLookOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setTimeout(() => void this.#take(), TURN_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #take(): Promise<void> {
    this.#timer = null;
    const { peek, isIdle, onNews, onTurn } = this.#options;
    const hasChanged = await peek().catch(() => false);
    if (!isIdle()) return;
    if (hasChanged) onNews();
    else this.start();
    onTurn();
  }
}
