import { Writable } from "node:stream";

/** What a shell answers is shorter. */
const LONGEST = 1024 * 1024;

/** A stream whose bytes are kept, up to a length: who writes may never end. */
export function collectStream(): { readonly stream: Writable; readonly bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  let length = 0;
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (length < LONGEST) chunks.push(chunk);
      length += chunk.length;
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}
