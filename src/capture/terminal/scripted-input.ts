const END_OF_FILE = Buffer.from([4]);

/** Types lines of a file at a prompt: a line each time the shell waits, and an end-of-file after the last. */
export class ScriptedInput {
  readonly #type: (bytes: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);
  #lines: Buffer[] = [];
  #hasEnded = false;
  #isWaiting = false;
  #takesPastes = false;

  constructor(type: (bytes: Buffer) => void) {
    this.#type = type;
  }

  push(chunk: Buffer): void {
    let data: Buffer = Buffer.concat([this.#rest, chunk]);
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10)) {
      this.#lines.push(Buffer.from(data.subarray(0, end)));
      data = data.subarray(end + 1);
    }
    this.#rest = data;
    if (this.#isWaiting) this.idle(this.#takesPastes);
  }

  end(): void {
    if (this.#rest.length > 0) this.#lines.push(this.#rest);
    this.#rest = Buffer.alloc(0);
    this.#hasEnded = true;
    if (this.#isWaiting) this.idle(this.#takesPastes);
  }

  /** The shell (or a program that asks) waits for a line; `takesPastes` where it knows a paste from typing. */
  idle(takesPastes: boolean): void {
    this.#takesPastes = takesPastes;
    const line = this.#lines.shift();
    this.#isWaiting = line === undefined && !this.#hasEnded;
    if (line !== undefined) this.#type(keysOf(line, takesPastes));
    else if (this.#hasEnded) this.#type(END_OF_FILE);
  }
}

// A tab that is typed asks for completion, one that is pasted is a tab.
function keysOf(line: Buffer, takesPastes: boolean): Buffer {
  const text = line.toString("latin1").replace(/\r$/, "");
  const isSpecial = /[\u0000-\u001F\u007F]/.test(text);
  return Buffer.from(isSpecial && takesPastes ? `\u001B[200~${text}\u001B[201~\r` : `${text}\r`, "latin1");
}
