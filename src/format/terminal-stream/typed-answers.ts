import { createKeyReader } from "./typed-keys.ts";

/** Who is to know of secrets. */
export interface AnswerListener {
  /** A line was typed to the command. */
  learnText(line: string): void;
  /** The terminal did not show the line: all of it is a secret. */
  learn(line: string): void;
}

/** Follows what is typed to a running command (its questions, a password), and finds out what of it the terminal did not show. */
export interface TypedAnswers {
  /** A command has begun; `isSilent` where it is known to turn the terminal's echo off: then all that is typed to it is unseen. */
  begin(isSilent: boolean): void;
  /** Keys are sent to the command. */
  type(bytes: Buffer): void;
  /** Output of the command, and the terminal's echo. */
  print(bytes: Buffer): void;
  /** The command has ended: what it has not shown by now it never will. */
  end(): void;
}

/** More output than this between the first key and the line's end is no question's answer. */
const LONGEST = 64 * 1024;

/** No line has been begun. */
export function createTypedAnswers(listener: AnswerListener): TypedAnswers {
  return new Answers(listener);
}

interface Entered {
  readonly text: string;
  /** What was printed since its first key. */
  shown: string;
  hasOutput: boolean;
}

class Answers implements TypedAnswers {
  readonly #listener: AnswerListener;
  readonly #keys = createKeyReader();
  #entered: Entered[] = [];
  /** What was printed since the first key of the line that is being typed; null where none was typed. */
  #shown: string | null = null;

  #isSilent = false;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  begin(isSilent: boolean): void {
    this.#isSilent = isSilent;
  }

  type(bytes: Buffer): void {
    if (this.#entered[0]?.hasOutput === true) this.#judgeAll();
    for (let rest = bytes; rest.length > 0;) {
      const { length, line } = this.#keys.read(rest);
      rest = rest.subarray(length);
      this.#shown ??= "";
      if (line === null) continue;
      if (line.text !== null && line.text !== "") this.#enter(line.text);
      this.#shown = null;
    }
  }

  print(bytes: Buffer): void {
    if (this.#shown === null && this.#entered.length === 0) return;
    let text = bytes.toString("latin1");
    for (let first = this.#entered[0]; first !== undefined && text !== ""; first = this.#entered[0]) {
      const end = text.indexOf("\n") + 1;
      first.shown += end === 0 ? text : text.slice(0, end);
      first.hasOutput = true;
      if (end === 0) return;
      text = text.slice(end);
      this.#judgeFirst();
    }
    if (this.#shown !== null && this.#shown.length < LONGEST) this.#shown += text;
  }

  end(): void {
    this.#judgeAll();
    this.#keys.reset();
    this.#shown = null;
    this.#isSilent = false;
  }

  #enter(text: string): void {
    this.#listener.learnText(text);
    if (this.#isSilent) this.#listener.learn(text);
    else this.#entered.push({ text, shown: this.#shown ?? "", hasOutput: false });
  }

  #judgeAll(): void {
    while (this.#entered.length > 0) this.#judgeFirst();
  }

  #judgeFirst(): void {
    const entered = this.#entered.shift();
    if (entered === undefined || entered.shown.length >= LONGEST) return;
    if (!isShown(Buffer.from(entered.text).toString("latin1"), entered.shown)) this.#listener.learn(entered.text);
  }
}

// An editor shows each key between sequences that move the cursor: the characters in their order are enough.
function isShown(line: string, shown: string): boolean {
  let at = -1;
  for (const character of line.replaceAll(/\s/g, "")) {
    at = shown.indexOf(character, at + 1);
    if (at === -1) return false;
  }
  return true;
}
