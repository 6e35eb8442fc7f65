import { type FileHandle, open } from "node:fs/promises";

/** A file that texts are appended to in their order without waiting for the disk. */
export interface TextLog {
  write(text: string): void;
  /** Waits until all is written. */
  close(): Promise<void>;
}

/** Opens (and empties) a file of ours alone (0600). When it cannot be written `onError` hears it once, and the rest is dropped. */
export async function openTextLog(path: string, onError: (error: unknown) => void): Promise<TextLog> {
  return new FileLog(await open(path, "w", 0o600), onError);
}

class FileLog implements TextLog {
  readonly #file: FileHandle;
  readonly #onError: (error: unknown) => void;
  #waiting = "";
  #writing: Promise<void> | null = null;
  #hasFailed = false;

  constructor(file: FileHandle, onError: (error: unknown) => void) {
    this.#file = file;
    this.#onError = onError;
  }

  write(text: string): void {
    if (this.#hasFailed) return;
    this.#waiting += text;
    this.#writing ??= this.#writeWaiting();
  }

  async close(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    await this.#file.close();
  }

  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waiting !== "") {
        const text = this.#waiting;
        this.#waiting = "";
        await this.#file.appendFile(text);
      }
    } catch (error) {
      this.#hasFailed = true;
      this.#waiting = "";
      this.#onError(error);
    } finally {
      this.#writing = null;
    }
  }
}
