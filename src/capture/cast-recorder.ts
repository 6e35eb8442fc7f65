import { StringDecoder } from "node:string_decoder";
import type { Clock } from "../base/clock.ts";
import { printCastEvent, printCastHeader } from "../format/cast/cast.ts";
import { createStreamMasker, maskKnown, type StreamMasker } from "../format/secret/stream-masker.ts";
import type { AppendFile } from "../system/append-file.ts";

export interface CastOptions {
  readonly file: AppendFile;
  readonly clock: Clock;
  readonly size: { readonly columns: number; readonly rows: number };
  readonly title: string;
  /** The list may grow. */
  readonly secrets: readonly string[];
}

interface Held {
  readonly at: number;
  readonly text: string;
}

/** Longer texts at one prompt are written without waiting for the command's end. */
const HELD_LIMIT = 512 * 1024;

/**
 * Writes the terminal down as an asciicast. What appears at a prompt waits until the command is known, because its echo comes key by
 * key: a command with a secret in it is written as one masked text.
 */
export class CastRecorder {
  readonly #options: CastOptions;
  readonly #startedAt: number;
  readonly #decoder = new StringDecoder("utf8");
  readonly #masker: StreamMasker;
  #held: Held[] | null = null;
  #heldSize = 0;

  constructor(options: CastOptions) {
    this.#options = options;
    this.#startedAt = options.clock();
    this.#masker = createStreamMasker(options.secrets);
    options.file.write(printCastHeader({ ...options.size, startedAt: this.#startedAt, title: options.title }));
  }

  output(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    if (text === "") return;
    const event = { at: this.#options.clock() - this.#startedAt, text };
    if (this.#held === null) this.#write(event);
    else this.#hold(event, this.#held);
  }

  resize(size: { readonly columns: number; readonly rows: number }): void {
    const at = this.#options.clock() - this.#startedAt;
    this.#options.file.write(printCastEvent({ at, kind: "resize", data: `${size.columns}x${size.rows}` }));
  }

  /** A prompt is drawn: what follows waits. */
  atPrompt(): void {
    this.#held ??= [];
  }

  /** The command is known: `masked` is its text in the place of its echo where it holds a secret, else null. */
  atCommand(masked: string | null): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#heldSize = 0;
    if (masked === null) for (const event of held) this.#write(event);
    else
      this.#write({ at: held.at(-1)?.at ?? this.#options.clock() - this.#startedAt, text: `\r\n$ ${masked.replaceAll("\n", "\r\n")}\r\n` });
  }

  close(): Promise<void> {
    this.atCommand(null);
    this.#print(this.#options.clock() - this.#startedAt, this.#masker.flush());
    return this.#options.file.close();
  }

  #hold(event: Held, held: Held[]): void {
    held.push(event);
    this.#heldSize += event.text.length;
    if (this.#heldSize > HELD_LIMIT) this.atCommand(null);
  }

  #write(event: Held): void {
    this.#print(event.at, this.#masker(event.text));
  }

  #print(at: number, text: string): void {
    if (text !== "") this.#options.file.write(printCastEvent({ at, kind: "output", data: maskKnown(text, this.#options.secrets) }));
  }
}
