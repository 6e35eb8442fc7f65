import { watchEvents } from "../../engine/events.ts";
import type { Engine } from "../../engine/open-engine.ts";

export interface WatchListeners {
  /** It has ended; it may be started again. */
  onDown(): void;
  /** It was removed. */
  onGone(): void;
}

const EVENTS = ["die", "pause", "unpause", "destroy"];
const AGAIN_MS = 2_000;

/** Hears from the engine what becomes of the session's container. */
export class ContainerWatch {
  readonly #engine: Engine;
  readonly #containerId: string;
  readonly #listeners: WatchListeners;
  #isPaused = false;

  constructor(engine: Engine, containerId: string, listeners: WatchListeners) {
    this.#engine = engine;
    this.#containerId = containerId;
    this.#listeners = listeners;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  start(signal: AbortSignal): void {
    void this.#listen(signal);
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const event of watchEvents(
          this.#engine,
          { type: ["container"], container: [this.#containerId], event: EVENTS },
          signal,
        )) {
          this.#hear(event.action);
        }
      } catch {
        // The engine, or the way to it, is away: what happened meanwhile is found when the next command asks.
      }
      // What was missed may have been its end.
      if (!signal.aborted) this.#listeners.onDown();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
    }
  }

  #hear(action: string): void {
    if (action === "pause") this.#isPaused = true;
    else if (action === "unpause") this.#isPaused = false;
    else if (action === "die") {
      this.#isPaused = false;
      this.#listeners.onDown();
    } else this.#listeners.onGone();
  }
}
