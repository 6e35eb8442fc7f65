import { StringDecoder } from "node:string_decoder";
import type { Clock } from "../base/clock.ts";
import { type CastEvent, printCastEvent, printCastHeader } from "../format/cast/cast.ts";
import { maskText } from "../format/secret/mask-text.ts";
import { createStreamMasker, type StreamMasker } from "../format/secret/stream-masker.ts";
import { openTextLog, type TextLog } from "../system/store/text-log.ts";
import type { SecretVault } from "./secrets/secret-vault.ts";

export interface CastOptions {
  readonly path: string;
  readonly columns: number;
  readonly rows: number;
  readonly clock: Clock;
  readonly vault: SecretVault;
  readonly onError: (error: unknown) => void;
}

/** Writes down what a terminal shows, secrets masked. */
export interface CastRecorder {
  output(chunk: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** The prompt is shown: what follows is the echo of a command being typed, kept back until it is known if that holds a secret. */
  hold(): void;
  /** The command is given ("" where its text is not told): its echo is written, or, where it holds a secret, its masked text instead. */
  release(typed: string): void;
  close(): Promise<void>;
}

/** Starts a cast file (0600). */
export async function openCastRecorder(options: CastOptions): Promise<CastRecorder> {
  const log = await openTextLog(options.path, options.onError);
  return new FileCast(log, options);
}

class FileCast implements CastRecorder {
  readonly #log: TextLog;
  readonly #clock: Clock;
  readonly #vault: SecretVault;
  readonly #startedAt: number;
  readonly #decoder = new StringDecoder("utf8");
  readonly #mask: StreamMasker;
  #held: CastEvent[] | null = null;

  constructor(log: TextLog, options: CastOptions) {
    this.#log = log;
    this.#clock = options.clock;
    this.#vault = options.vault;
    this.#startedAt = options.clock();
    this.#mask = createStreamMasker(options.vault.values);
    log.write(printCastHeader({ columns: options.columns, rows: options.rows, startedAt: this.#startedAt }));
  }

  output(chunk: Uint8Array): void {
    const event = this.#event("output", this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    if (this.#held !== null) this.#held.push(event);
    else this.#write(event, this.#mask(event.data));
  }

  resize(columns: number, rows: number): void {
    const event = this.#event("resize", `${columns}x${rows}`);
    if (this.#held !== null) this.#held.push(event);
    else this.#write(event, event.data);
  }

  hold(): void {
    if (this.#held !== null) return;
    this.#flush();
    this.#held = [];
  }

  release(typed: string): void {
    if (this.#held !== null) this.#releaseHeld(typed);
    this.#held = null;
  }

  async close(): Promise<void> {
    this.#releaseHeld("");
    this.#held = null;
    this.#flush();
    await this.#log.close();
  }

  /** Keys were echoed one by one, with corrections between them: a secret in there is not to be cut out, so the whole line goes. */
  #releaseHeld(typed: string): void {
    const held = this.#held ?? [];
    const shown = held.map((event) => (event.kind === "output" ? event.data : "")).join("");
    const last = held.findLast((event) => event.kind === "output");
    const masked = this.#maskedLine(typed, shown);
    if (masked === null || last === undefined) {
      for (const event of held) this.#write(event, event.kind === "output" ? this.#mask(event.data) : event.data);
      return;
    }
    for (const event of held.filter(({ kind }) => kind === "resize")) this.#write(event, event.data);
    this.#write(last, `${masked.replaceAll("\n", "\r\n")}${/\n[^\n]*$/.exec(shown)?.[0].replace("\n", "\r\n") ?? ""}`);
  }

  /** What was typed, masked, where it holds a secret, else null. Where it is not told, what the terminal shows of it must do. */
  #maskedLine(typed: string, shown: string): string | null {
    for (const text of [typed, withoutControls(shown)]) {
      this.#vault.learnText(text);
      const masked = maskText(text.trimEnd(), this.#vault.values);
      if (masked.secrets.length > 0) return masked.text;
    }
    return null;
  }

  #flush(): void {
    this.#write(this.#event("output", ""), this.#mask.flush());
  }

  #event(kind: CastEvent["kind"], data: string): CastEvent {
    return { at: this.#clock() - this.#startedAt, kind, data };
  }

  #write(event: CastEvent, data: string): void {
    if (data !== "") this.#log.write(printCastEvent({ ...event, data }));
  }
}

/** What is left of an echo when the terminal's commands are taken out, backspaces done and lines that the shell wrapped joined. */
function withoutControls(text: string): string {
  const visible = text
    .replace(/\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)/gs, "")
    .replaceAll(/(.)\r(?=\1)| \r(?!\n)/g, "");
  let plain = "";
  for (const character of visible) {
    if (character === "\b") plain = plain.slice(0, -1);
    else if (character !== "\r" && character !== "\x07") plain += character;
  }
  return plain;
}
