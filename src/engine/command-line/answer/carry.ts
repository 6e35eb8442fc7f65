import type { Duplex, Readable } from "node:stream";
import type { RunningProgram } from "../command-program.ts";

const STDOUT = 1;
const STDERR = 2;
const HEADER_BYTES = 8;

/** A piece of output with the header that the engine's API puts before it. */
export function frame(kind: number, bytes: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = kind;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** Carries a program's streams over one connection, framed; the program ends with it. */
export function carryFramed(stream: Duplex, program: RunningProgram, hasInput: boolean): void {
  if (hasInput) stream.pipe(program.stdin);
  else {
    stream.resume();
    program.stdin.end();
  }
  const outputs = [
    [STDOUT, program.stdout],
    [STDERR, program.stderr],
  ] as const;
  const done = outputs.map(([kind, output]) => passOn(output, stream, (bytes) => frame(kind, bytes)));
  finish(stream, program, done);
}

/** Carries a terminal over one connection; gives what its first line names. */
export function carryTerminal(stream: Duplex, program: RunningProgram): Promise<string> {
  stream.pipe(program.stdin);
  program.stderr.resume();
  return new Promise((resolve) => {
    let head: Buffer | null = Buffer.alloc(0);
    const cut = (bytes: Buffer): Buffer => {
      if (head === null) return bytes;
      head = Buffer.concat([head, bytes]);
      const at = head.indexOf(10);
      if (at === -1) return Buffer.alloc(0);
      resolve(head.toString("latin1", 0, at).trim());
      const rest = head.subarray(at + 1);
      head = null;
      return rest;
    };
    finish(stream, program, [passOn(program.stdout, stream, cut).then(() => resolve(""))]);
  });
}

/** Carries a program's output alone. */
export async function passOn(output: Readable, stream: Duplex | NodeJS.WritableStream, make: (bytes: Buffer) => Buffer): Promise<void> {
  for await (const bytes of output) {
    if (!(bytes instanceof Buffer)) continue;
    const made = make(bytes);
    if (made.length > 0 && !stream.write(made)) await drained(stream);
  }
}

/** Also settles when nobody reads any more. */
function drained(stream: Duplex | NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}

function finish(stream: Duplex, program: RunningProgram, outputs: readonly Promise<void>[]): void {
  stream.on("error", () => undefined);
  stream.once("close", () => {
    program.stdin.end();
    program.kill();
  });
  void Promise.allSettled([...outputs, program.exit]).then(() => stream.end());
}
