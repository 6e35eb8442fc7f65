import type { Readable } from "node:stream";

/** The stream's first byte as a text; null where it ends, breaks or (with a deadline) says nothing. */
export function firstByte(stream: Readable, withinMs?: number): Promise<string | null> {
  return new Promise((resolve) => {
    const settle = (answer: string | null): void => {
      clearTimeout(timer);
      stream.removeListener("readable", look);
      stream.removeListener("end", fail);
      stream.removeListener("close", fail);
      resolve(answer);
    };
    const look = (): void => {
      const byte: unknown = stream.read(1);
      if (byte instanceof Buffer) settle(byte.toString());
    };
    const fail = (): void => settle(null);
    const timer = withinMs === undefined ? undefined : setTimeout(fail, withinMs);
    stream.on("readable", look);
    stream.once("end", fail);
    stream.once("error", fail);
    stream.once("close", fail);
  });
}
