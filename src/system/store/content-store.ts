import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { errorCode } from "../file/files.ts";
import { isRunning } from "../process/signal-group.ts";

export interface ContentLimits {
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/** 64 MiB a file, 1 GiB a container. */
export const CONTENT_LIMITS: ContentLimits = { fileBytes: 64 * 1024 ** 2, totalBytes: 1024 ** 3 };

export interface StoredContent {
  /** SHA-256, lower-case hexadecimal. */
  readonly hash: string;
  readonly size: number;
  readonly kept: boolean;
  /** Why it is not kept; null when it is. */
  readonly lost: "too-large" | "store-full" | "disk-full" | "secret" | null;
}

/** Contents of files by their SHA-256, each a file of ours alone (0600). */
export interface ContentStore {
  readonly folder: string;
  put(content: AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredContent>;
  putSync(content: Uint8Array): StoredContent;
  has(hash: string): boolean;
  /** Throws `content-missing` when it is not there or damaged. */
  read(hash: string): Promise<Buffer>;
  /** Null when it is not there or damaged. */
  readSync(hash: string): Buffer | null;
  path(hash: string): string;
}

/** The named points on a content's way into the store; a test stops the process at one of them. */
export type ContentPoint = "part-written" | "renamed";

export interface ContentStoreOptions {
  readonly limits?: ContentLimits;
  /** For tests. */
  readonly at?: (point: ContentPoint) => void;
}

/** Opens the store in `folder` (made when first needed) and clears away what killed writers left half-written. */
export function openContentStore(folder: string, options: ContentStoreOptions = {}): ContentStore {
  return new FolderStore(folder, options);
}

const PART = /^part-(\d+)-/;

class FolderStore implements ContentStore {
  readonly folder: string;
  readonly #limits: ContentLimits;
  readonly #visit: ContentStoreOptions["at"];
  /** Bytes in the store; null until the first write, when they are counted. */
  #total: number | null = null;

  constructor(folder: string, options: ContentStoreOptions) {
    this.folder = folder;
    this.#limits = options.limits ?? CONTENT_LIMITS;
    this.#visit = options.at;
  }

  path(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new CooperError("content-missing", `${JSON.stringify(hash)} is not the hash of a content.`);
    return join(this.folder, hash.slice(0, 2), hash.slice(2));
  }

  has(hash: string): boolean {
    return existsSync(this.path(hash));
  }

  async read(hash: string): Promise<Buffer> {
    const bytes = this.readSync(hash);
    if (bytes !== null) return bytes;
    throw new CooperError("content-missing", `The content ${hash} is not in the store, or it is damaged.`, {
      hint: "The file is reproduced only by the commands that made it.",
      where: { file: this.path(hash) },
      exit: EXIT.incomplete,
    });
  }

  readSync(hash: string): Buffer | null {
    try {
      const bytes = readFileSync(this.path(hash));
      // A power cut can leave a name without its bytes: the hash decides, so that writing need not wait for the disk.
      return sha256(bytes) === hash ? bytes : null;
    } catch {
      return null;
    }
  }

  async put(content: AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredContent> {
    return content instanceof Uint8Array ? this.putSync(content) : await this.#putStream(content);
  }

  putSync(content: Uint8Array): StoredContent {
    const hash = sha256(content);
    const size = content.length;
    if (this.has(hash)) return { hash, size, kept: true, lost: null };
    const lost = this.#beyondLimits(size);
    if (lost !== null) return { hash, size, kept: false, lost };
    const part = this.#partPath();
    try {
      writeFileSync(part, content, { mode: 0o600, flag: "wx" });
      this.#makeFolderOf(hash);
      this.#visit?.("part-written");
      renameSync(part, this.path(hash));
      this.#visit?.("renamed");
      this.#total = this.#countedTotal() + size;
      return { hash, size, kept: true, lost: null };
    } catch (error) {
      rmSync(part, { force: true });
      return { hash, size, kept: false, lost: lossOf(error) };
    }
  }

  async #putStream(chunks: AsyncIterable<Uint8Array>): Promise<StoredContent> {
    const part = this.#partPath();
    const writer = new PartWriter(part, (size) => this.#beyondLimits(size));
    try {
      for await (const chunk of chunks) await writer.write(chunk);
      const { hash, size, lost } = await writer.end();
      if (lost !== null) return { hash, size, kept: false, lost };
      if (!this.has(hash)) {
        this.#makeFolderOf(hash);
        await rename(part, this.path(hash));
        this.#total = this.#countedTotal() + size;
      }
      return { hash, size, kept: true, lost: null };
    } finally {
      await writer.end();
      await rm(part, { force: true });
    }
  }

  #beyondLimits(size: number): "too-large" | "store-full" | null {
    if (size > this.#limits.fileBytes) return "too-large";
    return this.#countedTotal() + size > this.#limits.totalBytes ? "store-full" : null;
  }

  #partPath(): string {
    this.#countedTotal();
    return join(this.folder, `part-${process.pid}-${randomBytes(6).toString("hex")}`);
  }

  #makeFolderOf(hash: string): void {
    mkdirSync(join(this.folder, hash.slice(0, 2)), { recursive: true, mode: 0o700 });
  }

  #countedTotal(): number {
    if (this.#total === null) {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      removeLeftParts(this.folder);
      this.#total = countBytes(this.folder);
    }
    return this.#total;
  }
}

/** Hashes all it is given, and writes it down as long as the limits and the disk allow. */
class PartWriter {
  readonly #path: string;
  readonly #limit: (size: number) => "too-large" | "store-full" | null;
  readonly #hash = createHash("sha256");
  #file: FileHandle | null = null;
  #size = 0;
  #lost: StoredContent["lost"] = null;
  #ended: { hash: string; size: number; lost: StoredContent["lost"] } | null = null;

  constructor(path: string, limit: (size: number) => "too-large" | "store-full" | null) {
    this.#path = path;
    this.#limit = limit;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#size += chunk.length;
    this.#lost ??= this.#limit(this.#size);
    if (this.#lost !== null) return;
    try {
      this.#file ??= await open(this.#path, "wx", 0o600);
      await this.#file.appendFile(chunk);
    } catch (error) {
      this.#lost = lossOf(error);
    }
  }

  async end(): Promise<{ hash: string; size: number; lost: StoredContent["lost"] }> {
    if (this.#ended !== null) return this.#ended;
    if (this.#size === 0) await this.write(new Uint8Array());
    await this.#file?.close();
    this.#ended = { hash: this.#hash.digest("hex"), size: this.#size, lost: this.#lost };
    return this.#ended;
  }
}

function lossOf(error: unknown): "disk-full" {
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") return "disk-full";
  throw error;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function removeLeftParts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(PART.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && pid !== process.pid && !isRunning(pid)) rmSync(join(folder, name), { force: true });
  }
}

function countBytes(folder: string): number {
  let total = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const status = statSync(join(folder, name), { throwIfNoEntry: false });
    if (status?.isFile() === true) total += status.size;
  }
  return total;
}
