/** One line that a person entered. */
export interface TypedLine {
  /** Its text (pasted line ends inside it as "\n"); null where keys edited it in a way that only the shell knows. */
  readonly text: string | null;
  /** It came in by a bracketed paste, at least in part. */
  readonly isPasted: boolean;
}

export interface KeysRead {
  /** The number of bytes that were read. */
  readonly length: number;
  /** The line that the last of them entered. */
  readonly line: TypedLine | null;
  /** The last of them is a ^D, which may end the shell. */
  readonly isEnd: boolean;
}

/** Follows the keys that go to a shell's prompt. */
export interface KeyReader {
  /** Reads up to and with the next Enter or end-of-file (^D). */
  read(bytes: Buffer): KeysRead;
  /** Forgets the line that was begun (^C, a new prompt). */
  reset(): void;
}

const ESC = 0x1b;
const END_OF_FILE = 4;
const PASTE_BEGIN = "[200~";
const PASTE_END = "[201~";
/** What a terminal sends by itself: its cursor's place, its attributes, focus gained and lost. */
const ANSWER = /^\[(?:\d+;\d+R|\?[\d;]*c|>[\d;]*c|I|O|\?\d+;\d+\$y)$/;
/** Keys that change nothing where the cursor stands at the end of the line: ^D, ^E, ^F, ^L, ^Q, ^S, ^Z. */
const IDLE_KEYS: ReadonlySet<number> = new Set([4, 5, 6, 12, 17, 19, 26]);

/** A reader at the start of an empty line. */
export function createKeyReader(): KeyReader {
  return new Keys();
}

class Keys implements KeyReader {
  #bytes: number[] = [];
  #isPlain = true;
  #isPasting = false;
  #isPasted = false;
  #escape: string | null = null;

  read(bytes: Buffer): KeysRead {
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0;
      const isEnd = byte === END_OF_FILE && this.#escape === null && !this.#isPasting;
      if (this.#key(byte)) return { length: index + 1, line: this.#end(), isEnd: false };
      if (isEnd) return { length: index + 1, line: null, isEnd };
    }
    return { length: bytes.length, line: null, isEnd: false };
  }

  reset(): void {
    this.#bytes = [];
    this.#isPlain = true;
    this.#isPasting = false;
    this.#isPasted = false;
    this.#escape = null;
  }

  #end(): TypedLine {
    const text = this.#isPlain ? Buffer.from(this.#bytes).toString("utf8") : null;
    const line = { text, isPasted: this.#isPasted };
    this.reset();
    return line;
  }

  // True when the key enters the line.
  #key(byte: number): boolean {
    if (this.#escape !== null) this.#inEscape(byte);
    else if (byte === ESC) this.#escape = "";
    else if (this.#isPasting) this.#bytes.push(byte === 13 ? 10 : byte);
    else if (byte === 13 || byte === 10) return true;
    else if (byte >= 32 && byte !== 127) this.#bytes.push(byte);
    else this.#edit(byte);
    return false;
  }

  #edit(byte: number): void {
    if (byte === 127 || byte === 8) this.#eraseCharacter();
    else if (byte === 21) this.#bytes = [];
    else if (byte === 23) this.#eraseWord();
    else if (byte === 3) this.reset();
    else if (!IDLE_KEYS.has(byte)) this.#isPlain = false;
  }

  #eraseCharacter(): void {
    while (this.#bytes.length > 0) {
      const last = this.#bytes.pop() ?? 0;
      if ((last & 0xc0) !== 0x80) return;
    }
  }

  #eraseWord(): void {
    const text = Buffer.from(this.#bytes).toString("utf8");
    this.#bytes = [...Buffer.from(text.replace(/\S*\s*$/, ""))];
  }

  #inEscape(byte: number): void {
    const sequence = (this.#escape ?? "") + String.fromCodePoint(byte);
    const isControl = sequence.startsWith("[") || sequence.startsWith("O");
    const isOpen = isControl && (sequence.length === 1 || byte < 0x40) && sequence.length < 32;
    this.#escape = isOpen ? sequence : null;
    if (!isOpen) this.#endEscape(sequence);
  }

  #endEscape(sequence: string): void {
    if (sequence === PASTE_BEGIN) {
      this.#isPasting = true;
      this.#isPasted = true;
    } else if (sequence === PASTE_END) this.#isPasting = false;
    else if (!ANSWER.test(sequence)) this.#isPlain = false;
  }
}
