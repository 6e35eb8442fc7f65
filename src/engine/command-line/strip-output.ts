import { Transform, type TransformCallback } from "node:stream";

export interface OutputFrame {
  /** The line before the first byte that counts; null where all counts. */
  readonly begin: string | null;
  /** What stands before the exit code at the end; null where there is none. */
  readonly end: string | null;
}

/** Digits of an exit code behind `end`. */
const DIGITS = 3;
const LONGEST_WELCOME = 65_536;

/** Passes on what a command wrote between the words that frame it: what a login prints before is dropped, and the exit code behind it is kept. */
export class FramedOutput extends Transform {
  readonly #frame: OutputFrame;
  #before: Buffer | null;
  #held: Buffer = Buffer.alloc(0);
  /** Null where the frame's end did not come: the way to the command broke. */
  exitCode: number | null = null;

  constructor(frame: OutputFrame) {
    super();
    this.#frame = frame;
    this.#before = frame.begin === null ? null : Buffer.alloc(0);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.#behindBegin(chunk);
    if (bytes.length > 0) this.#pass(Buffer.concat([this.#held, bytes]));
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#held.length > 0) this.push(this.#held);
    done();
  }

  #behindBegin(chunk: Buffer): Buffer {
    if (this.#before === null) return chunk;
    const all = Buffer.concat([this.#before, chunk]);
    const line = `${this.#frame.begin ?? ""}\n`;
    const at = all.indexOf(line);
    this.#before = at === -1 ? all.subarray(-LONGEST_WELCOME) : null;
    return at === -1 ? Buffer.alloc(0) : all.subarray(at + line.length);
  }

  #pass(bytes: Buffer): void {
    const { end } = this.#frame;
    const at = end === null ? bytes.length : beginOf(bytes, end);
    this.#held = Buffer.from(bytes.subarray(at));
    if (at > 0) this.push(bytes.subarray(0, at));
    if (end === null || this.#held.length < end.length + DIGITS) return;
    this.exitCode = Number.parseInt(this.#held.toString("latin1", end.length, end.length + DIGITS), 10);
    this.#held = Buffer.alloc(0);
  }
}

/** Where the word begins, or what may become it. */
function beginOf(bytes: Buffer, word: string): number {
  const whole = bytes.indexOf(word);
  if (whole !== -1) return whole;
  for (let length = Math.min(word.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(Buffer.from(word.slice(0, length)))) return bytes.length - length;
  }
  return bytes.length;
}

const COMPLAINT = 'time="';
const COMPLAINT_LINE = /^time="[^\n]*level=fatal msg="exec failed with exit code (\d+)"\n?$/u;

/** Takes off the line in which the program says at its end that a command failed, and keeps the exit code that it tells there. */
export class WithoutComplaint extends Transform {
  #held = "";
  exitCode: number | null = null;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const text = this.#held + chunk.toString("latin1");
    const at = text.lastIndexOf("\n", text.length - 2) + 1;
    const last = text.slice(at);
    const isHeld = last.startsWith(COMPLAINT) || (last !== "" && COMPLAINT.startsWith(last));
    this.#held = isHeld ? last : "";
    const passed = isHeld ? text.slice(0, at) : text;
    if (passed !== "") this.push(Buffer.from(passed, "latin1"));
    done();
  }

  override _flush(done: TransformCallback): void {
    const told = COMPLAINT_LINE.exec(this.#held);
    if (told !== null) this.exitCode = Number(told[1]);
    else if (this.#held !== "") this.push(Buffer.from(this.#held, "latin1"));
    done();
  }
}
