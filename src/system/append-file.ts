import { createWriteStream, type WriteStream } from "node:fs";

/** A file that grows by text, without a promise about when it reaches the disk. */
export interface AppendFile {
  write(text: string): void;
  /** Resolves when all is written; never rejects. */
  close(): Promise<void>;
}

/** Appends to `path` (made with 0600). A write that fails is told once to `onLoss`; what follows is dropped. */
export function openAppendFile(path: string, onLoss: (error: Error) => void): AppendFile {
  const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
  let isLost = false;
  stream.on("error", (error) => {
    if (!isLost) onLoss(error);
    isLost = true;
  });
  return {
    write: (text) => {
      if (!isLost) stream.write(text);
    },
    close: () => closeStream(stream),
  };
}

function closeStream(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) {
      resolve();
      return;
    }
    stream.once("close", () => resolve());
    stream.end();
  });
}
