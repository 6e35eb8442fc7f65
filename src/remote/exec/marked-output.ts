/** An environment is shorter, also in hexadecimal digits: more is told by a shell that lies. */
const LONGEST_BEHIND = 8 * 1024 * 1024;

/** Output that ends with a word that it cannot hold itself: gives what stands before it, keeps what stands behind it, up to a length. */
export class MarkedOutput {
  readonly #word: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #behind: Buffer | null = null;

  constructor(word: string) {
    this.#word = Buffer.from(word, "latin1");
  }

  /** What came behind the first word; null where it has not come. */
  get behind(): Buffer | null {
    return this.#behind;
  }

  /** What came behind the word is more than any shell has to tell; the rest is lost. */
  get isTooLong(): boolean {
    return this.#behind !== null && this.#behind.length > LONGEST_BEHIND;
  }

  /** Gives the bytes that can be passed on. */
  push(bytes: Buffer): Buffer {
    if (this.#behind !== null) {
      if (!this.isTooLong) this.#behind = Buffer.concat([this.#behind, bytes]);
      return NOTHING;
    }
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const at = all.indexOf(this.#word);
    if (at !== -1) {
      this.#held = NOTHING;
      this.#behind = all.subarray(at + this.#word.length);
      return all.subarray(0, at);
    }
    const kept = this.#startOfWord(all);
    this.#held = all.subarray(all.length - kept);
    return all.subarray(0, all.length - kept);
  }

  /** What was held back because it might have been the word. */
  end(): Buffer {
    const held = this.#held;
    this.#held = NOTHING;
    return held;
  }

  /** Length of the longest end of `bytes` that the word begins with. */
  #startOfWord(bytes: Buffer): number {
    const first = this.#word[0] ?? 0;
    const from = Math.max(0, bytes.length - this.#word.length + 1);
    for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
      const length = bytes.length - at;
      if (bytes.compare(this.#word, 0, length, at) === 0) return length;
    }
    return 0;
  }
}

const NOTHING = Buffer.alloc(0);

/** What a shell told when its text ended. */
export interface ToldState {
  readonly cwd: Buffer;
  /** "NAME=value" */
  readonly environment: readonly Buffer[];
}

/** What stands behind the word of a waiting shell: the exit code, and before it perhaps the state; null while it is not whole. Processes that it left may write behind it. */
export function readEnd(behind: Buffer, word: string): { readonly exit: number; readonly state: ToldState | null } | null {
  const end = new RegExp(`^(?:([^]*?)${word})?X(\\d{1,3})\n`).exec(behind.toString("latin1"));
  if (end === null) return null;
  const [, before = "", exit] = end;
  return { exit: Number(exit), state: before.startsWith("S") ? readState(behind.subarray(1, before.length)) : null };
}

/** Whether the shell has told that it waits for another line. */
export function waitsAgain(behind: Buffer, word: string): boolean {
  return behind.toString("latin1").endsWith(`${word}R\n`);
}

/** Folder and environment, each ended by a zero byte; null where it is not that. */
export function readState(bytes: Buffer): ToldState | null {
  const end = bytes.indexOf(0);
  if (end <= 0) return null;
  const parts: Buffer[] = [];
  let at = end + 1;
  for (let next = bytes.indexOf(0, at); next !== -1; at = next + 1, next = bytes.indexOf(0, at)) parts.push(bytes.subarray(at, next));
  return { cwd: bytes.subarray(0, end), environment: parts };
}

/** The same, where it was written as hexadecimal digits because a terminal changes bytes. */
export function readHexState(behind: Buffer): ToldState | null {
  const digits = behind.toString("latin1");
  if (!digits.startsWith("S") || /[^0-9a-f\s]/.test(digits.slice(1))) return null;
  return readState(Buffer.from(digits.slice(1).replaceAll(/\s/g, ""), "hex"));
}
