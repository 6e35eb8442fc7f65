import { setTimeout as delay } from "node:timers/promises";
import type { CooperError } from "../../base/errors.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { answers, BEFORE, engineSilent, patience } from "../../engine/transport/silence.ts";
import { type Link, WatchedLink } from "./link.ts";

/** The link that is broken, too, while the engine at its end takes questions and answers nothing, as one whose process is stopped. */
export function answeringLink(link: Link, engine: Engine, deadlineMs: number): Link {
  return new AnsweringLink(link, engine, patience(engine.channel.target, deadlineMs));
}

class AnsweringLink implements Link {
  readonly #way: Link;
  readonly #engine: Engine;
  readonly #withinMs: number;
  readonly #end = new WatchedLink();
  #isAsking = false;

  constructor(way: Link, engine: Engine, withinMs: number) {
    this.#way = way;
    this.#engine = engine;
    this.#withinMs = withinMs;
    this.#end.set(true);
  }

  get isWhole(): boolean {
    return this.#way.isWhole && this.#end.isWhole;
  }

  onBroken(listener: () => void): () => void {
    let isTold = false;
    const tell = (): void => {
      if (!isTold) listener();
      isTold = true;
    };
    const stops = [this.#way.onBroken(tell), this.#end.onBroken(tell)];
    void this.#ask();
    return () => {
      for (const stop of stops) stop();
    };
  }

  async whenWhole(withinMs: number): Promise<boolean> {
    const each = await Promise.all([this.#way.whenWhole(withinMs), this.#end.whenWhole(withinMs)]);
    return each.every(Boolean);
  }

  failure(): CooperError {
    return this.#end.isWhole ? this.#way.failure() : engineSilent(this.#engine.channel.target);
  }

  /** Asks the engine as long as somebody waits for it, or it does not answer. */
  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (;;) {
      await delay(this.#withinMs * BEFORE, undefined, { ref: false });
      if (this.#end.waiting === 0 && this.#end.isWhole) break;
      this.#end.set(await answers(this.#engine.channel, this.#withinMs * (1 - BEFORE)));
    }
    this.#isAsking = false;
  }
}
