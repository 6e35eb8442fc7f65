import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { type JsonLines, parseJsonLines, printJsonLine } from "../../format/jsonl/json-lines.ts";
import { readBytesIfThere, syncFolder } from "../file/files.ts";

/** The named points of one append, in their order; a test stops the process at one of them. */
export type JournalPoint = "before-write" | "half-written" | "written" | "synced";

export interface JournalOptions {
  /** Called at each point of each append; while it is given a record is written in two halves. For tests. */
  readonly at?: (point: JournalPoint, recordNumber: number) => void;
}

/** An append-only file of JSON lines with one writer. */
export interface Journal {
  readonly path: string;
  /** Resolves when the record is on the disk; rejects (as ENOSPC) when it is not, and a later record may still succeed. */
  append(record: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Makes a new journal (0600). The file's name is the claim: rejects with EEXIST when it is there already. */
export async function createJournal(path: string, options: JournalOptions = {}): Promise<Journal> {
  const file = await open(path, "ax", 0o600);
  await syncFolder(dirname(path));
  return new JournalFile(file, path, options.at);
}

class JournalFile implements Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #visit: JournalOptions["at"];
  /** The last write was cut short (disk full): the file may end within a line. */
  #isTorn = false;
  #count = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, path: string, visit: JournalOptions["at"]) {
    this.path = path;
    this.#file = file;
    this.#visit = visit;
  }

  async append(record: unknown): Promise<void> {
    const line = printJsonLine(record);
    const written = this.#queue.then(() => this.#write(line));
    this.#queue = written.catch(() => undefined);
    await written;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#file.close();
  }

  async #write(line: string): Promise<void> {
    const number = this.#count++;
    // That line is ended first, so that it costs itself alone.
    const bytes = Buffer.from(this.#isTorn ? `\n${line}` : line);
    this.#at("before-write", number);
    this.#isTorn = true;
    if (this.#visit === undefined) {
      await writeAll(this.#file, bytes);
    } else {
      const half = Math.floor(bytes.length / 2);
      await writeAll(this.#file, bytes.subarray(0, half));
      this.#at("half-written", number);
      await writeAll(this.#file, bytes.subarray(half));
    }
    this.#isTorn = false;
    this.#at("written", number);
    await this.#file.datasync();
    this.#at("synced", number);
  }

  #at(point: JournalPoint, number: number): void {
    this.#visit?.(point, number);
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) {
    const { bytesWritten } = await file.write(rest);
    rest = rest.subarray(bytesWritten);
  }
}

/**
 * Adds one record to a file of JSON lines that need not be there yet (0600), and waits until it is on the disk. For one writer at a time: a
 * line that was cut short before is ended first, so that it costs itself alone.
 */
export async function appendToJournal(path: string, record: unknown): Promise<void> {
  const file = await open(path, "a+", 0o600);
  try {
    const { size } = await file.stat();
    await writeAll(file, Buffer.from(`${await endOfLine(file, size)}${printJsonLine(record)}`));
    await file.datasync();
    if (size === 0) await syncFolder(dirname(path));
  } finally {
    await file.close();
  }
}

async function endOfLine(file: FileHandle, size: number): Promise<string> {
  if (size === 0) return "";
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === "\n" ? "" : "\n";
}

/** All records of a journal that can be read; none where there is no file. Never throws for what the file holds. */
export async function readJournal(path: string): Promise<JsonLines> {
  const bytes = await readBytesIfThere(path);
  return bytes === null ? { records: [], torn: 0 } : parseJsonLines(bytes);
}
