import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { errorCode } from "../file/files.ts";

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

/** Makes a spool in a folder. Its name is removed at once, so nothing is left whatever happens. Throws `disk-full`, `spool-not-made`. */
export function openSpool(folder: string): Spool {
  const file = openNameless(folder);
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

function openNameless(folder: string): number {
  const path = `${folder}/spool-${process.pid}-${process.hrtime.bigint()}`;
  try {
    const file = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    return file;
  } catch (cause) {
    if (FULL.has(errorCode(cause))) throw diskFull(cause);
    throw new CooperError("spool-not-made", `Nothing can be put aside in ${folder} (${errorCode(cause)}).`, {
      hint: "Name a folder that is there and that you may write to: TMPDIR=/folder cooper …",
      where: { file: folder },
      cause,
    });
  }
}

const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

function diskFull(cause: unknown): CooperError {
  return new CooperError("disk-full", "The disk is full: the image's files cannot be put aside.", {
    hint: "An image needs as much room as it is large. Name a folder with more: TMPDIR=/folder cooper …",
    exit: EXIT.incomplete,
    cause,
  });
}

function writeWhole(file: number, bytes: Uint8Array, at: number): void {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done);
  } catch (error) {
    throw FULL.has(errorCode(error)) ? diskFull(error) : error;
  }
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
