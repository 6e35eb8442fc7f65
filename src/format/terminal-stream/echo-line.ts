/** What stands on the terminal behind a prompt: the line as its editor shows it. */
export interface EchoLine {
  /** A prompt's end: what follows is the line. */
  begin(): void;
  /** Output of the shell. */
  write(text: string): void;
  /** Enter was sent: the next line end ends the line. */
  submit(): void;
  /** The line; null where no prompt's end was seen. */
  read(): string | null;
}

/** An echo on a terminal of so many columns. */
export function createEchoLine(columns: () => number): EchoLine {
  return new Echo(columns);
}

const SEQUENCE = /^(?:\[([\d;?]*)([A-Za-z@])|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[=>78()][0-9A-B]?)/;

/** Cells in one long row, from the start of the prompt's row on: a place is row × columns + column. */
class Echo implements EchoLine {
  readonly #columns: () => number;
  #cells: string[] = [];
  #place = 0;
  #origin: number | null = null;
  #isSubmitted = false;
  #isOver = false;

  constructor(columns: () => number) {
    this.#columns = columns;
  }

  begin(): void {
    this.#origin = this.#place;
    this.#cells.length = Math.min(this.#cells.length, this.#place);
    this.#isSubmitted = false;
    this.#isOver = false;
  }

  submit(): void {
    this.#isSubmitted = true;
  }

  read(): string | null {
    if (this.#origin === null) return null;
    return Array.from(this.#cells.slice(this.#origin), (cell) => cell ?? " ")
      .join("")
      .trimEnd();
  }

  write(text: string): void {
    for (let index = 0; index < text.length && !this.#isOver;) {
      const code = text.codePointAt(index) ?? 0;
      index += code === 27 ? this.#control(text.slice(index + 1, index + 257)) + 1 : this.#put(String.fromCodePoint(code));
    }
  }

  #put(character: string): number {
    if (character === "\r") this.#place -= this.#place % this.#width;
    else if (character === "\n") this.#newLine();
    else if (character === "\b") this.#place = Math.max(0, this.#place - 1);
    else if (character >= " ") this.#cells[this.#place++] = character;
    return character.length;
  }

  #newLine(): void {
    if (this.#isSubmitted) this.#isOver = true;
    else {
      this.#cells = [];
      this.#place = 0;
      this.#origin = null;
    }
  }

  get #width(): number {
    return Math.max(1, this.#columns());
  }

  // Gives the length of the sequence behind ESC.
  #control(rest: string): number {
    const [all = "", amount = "", letter = ""] = SEQUENCE.exec(rest) ?? [];
    const count = Number.parseInt(amount, 10) || 1;
    if (letter === "C") this.#place += count;
    else if (letter === "D") this.#place -= count;
    else if (letter === "A") this.#place -= count * this.#width;
    else if (letter === "B") this.#place += count * this.#width;
    else if (letter === "J") this.#cells.length = Math.min(this.#cells.length, this.#place);
    else if (letter === "K") this.#clearRow();
    this.#place = Math.max(0, this.#place);
    return all.length;
  }

  #clearRow(): void {
    const end = this.#place - (this.#place % this.#width) + this.#width;
    if (end >= this.#cells.length) this.#cells.length = Math.min(this.#cells.length, this.#place);
    else this.#cells.fill(" ", this.#place, end);
  }
}
