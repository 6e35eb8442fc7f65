import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";

/** A nameless file on disk that holds what would not fit in memory: appended once, read at any place. */
export interface Spool {
  /** Appends bytes and returns the offset of the first; the view may be reused afterwards. */
  append(bytes: Uint8Array): number;
  /** Offset of the next byte. */
  size(): number;
  /** Reads up to `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Buffer;
  close(): void;
}

const BUFFERED = 1024 * 1024;

/** Makes a spool in a folder. Its name is removed at once, so nothing is left whatever happens. */
export function openSpool(folder: string): Spool {
  const path = `${folder}/spool-${process.pid}-${process.hrtime.bigint()}`;
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  const buffer = Buffer.allocUnsafe(BUFFERED);
  let written = 0;
  let pending = 0;
  const flush = (): void => {
    writeWhole(file, buffer.subarray(0, pending), written);
    written += pending;
    pending = 0;
  };
  return {
    append(bytes) {
      const offset = written + pending;
      if (pending + bytes.length > BUFFERED) flush();
      if (bytes.length > BUFFERED) {
        writeWhole(file, bytes, written);
        written += bytes.length;
      } else {
        buffer.set(bytes, pending);
        pending += bytes.length;
      }
      return offset;
    },
    size: () => written + pending,
    read(offset, length) {
      if (offset + length > written) flush();
      const wanted = Buffer.allocUnsafe(Math.max(0, Math.min(length, written - offset)));
      return wanted.subarray(0, readWhole(file, wanted, offset));
    },
    close: () => closeSync(file),
  };
}

function writeWhole(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

function readWhole(file: number, into: Buffer, at: number): number {
  let done = 0;
  while (done < into.length) {
    const read = readSync(file, into, done, into.length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
