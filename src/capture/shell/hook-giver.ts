import type { Clock, RandomHex } from "../../base/clock.ts";
import type { ShellMessage } from "../../format/terminal-stream/marker.ts";
import { readingLine } from "./hooks/hook-options.ts";
import { hooksFor } from "./hooks/hooks.ts";

export interface HookGiverOptions {
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly send: (bytes: Buffer) => void;
  /** Messages with this word are for us from now on. */
  readonly accept: (word: string) => void;
  /** Done, or given up. */
  readonly onEnd: (isDone: boolean) => void;
}

interface Giving {
  readonly token: string;
  readonly nonce: string;
  /** The line was typed at a prompt that the user sees; else it stands in a start-up file. */
  readonly isTyped: boolean;
  readonly since: number;
  isHeard: boolean;
}

/** A shell that does not take its hooks within this time is left alone. */
const DEADLINE_MS = 10_000;

/** Gives shells their hooks: over the terminal, so that no file, argument or variable of the container ever holds the nonce. */
export class HookGiver {
  readonly #options: HookGiverOptions;
  #giving: Giving | null = null;

  constructor(options: HookGiverOptions) {
    this.#options = options;
  }

  get isActive(): boolean {
    return this.#giving !== null;
  }

  /** What the terminal prints now is the reading of the hooks, and not for the user. */
  get isSilent(): boolean {
    return this.#giving !== null && (this.#giving.isTyped || this.#giving.isHeard);
  }

  /** Waits for a shell whose start-up file holds the reading line; gives the line's word. */
  expect(): string {
    return this.#begin(false);
  }

  /** Types the reading line at a prompt. */
  type(): void {
    const token = this.#begin(true);
    this.#options.send(Buffer.from(` ${readingLine(token)}\r`));
  }

  hear(message: ShellMessage): void {
    const giving = this.#giving;
    if (giving === null) return;
    if (message.nonce === giving.token && message.kind === "R") this.#answer(giving, message);
    else if (message.nonce === giving.nonce && message.kind === (giving.isTyped ? "E" : "I")) this.#end(true);
  }

  /** Gives up what takes too long. */
  check(): void {
    if (this.#giving !== null && this.#options.clock() - this.#giving.since > DEADLINE_MS) this.#end(false);
  }

  cancel(): void {
    if (this.#giving !== null) this.#end(false);
  }

  #begin(isTyped: boolean): string {
    const token = this.#options.randomHex(8);
    const nonce = this.#options.randomHex(16);
    this.#giving = { token, nonce, isTyped, since: this.#options.clock(), isHeard: false };
    this.#options.accept(token);
    return token;
  }

  #answer(giving: Giving, message: ShellMessage): void {
    giving.isHeard = true;
    this.#options.accept(giving.nonce);
    const [, bash = "", zsh = ""] = message.fields;
    this.#options.send(Buffer.from(hooksFor({ bash, zsh }, giving)));
  }

  #end(isDone: boolean): void {
    this.#giving = null;
    this.#options.onEnd(isDone);
  }
}
