const END_OF_FILE = Buffer.from([4]);

/** Types lines of a file at a prompt: a line each time the shell waits, and an end-of-file after the last. */
export class ScriptedInput {
  readonly #type: (bytes: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);
  #lines: Buffer[] = [];
  #hasEnded = false;
  #isWaiting = false;

  constructor(type: (bytes: Buffer) => void) {
    this.#type = type;
  }

  push(chunk: Buffer): void {
    let data: Buffer = Buffer.concat([this.#rest, chunk]);
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10)) {
      this.#lines.push(keysOf(data.subarray(0, end)));
      data = data.subarray(end + 1);
    }
    this.#rest = data;
    if (this.#isWaiting) this.idle();
  }

  end(): void {
    if (this.#rest.length > 0) this.#lines.push(keysOf(this.#rest));
    this.#rest = Buffer.alloc(0);
    this.#hasEnded = true;
    if (this.#isWaiting) this.idle();
  }

  /** The shell waits for a line. */
  idle(): void {
    const line = this.#lines.shift();
    this.#isWaiting = line === undefined && !this.#hasEnded;
    if (line !== undefined) this.#type(line);
    else if (this.#hasEnded) this.#type(END_OF_FILE);
  }
}

// A tab that is typed asks for completion; ^V takes the next key as it is.
function keysOf(line: Buffer): Buffer {
  const text = line.toString("latin1").replace(/\r$/, "");
  return Buffer.from(`${text}\r`, "latin1");
}
