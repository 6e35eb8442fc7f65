import { createHash } from "node:crypto";
import { isSecretContent } from "../../format/secret/secret-content.ts";
import type { ContentStore, StoredContent } from "../../system/store/content-store.ts";
import type { SecretVault } from "./secret-vault.ts";

/** The store, which hashes but never keeps a content that holds a secret; `largest` bytes is the limit up to which a stream is looked at. */
export function guardContents(store: ContentStore, vault: SecretVault, largest: number): ContentStore {
  const putSync = (content: Uint8Array): StoredContent =>
    isSecretContent(content, vault.values) ? secretContent(content) : store.putSync(content);
  return {
    folder: store.folder,
    putSync,
    put: async (content) => {
      if (content instanceof Uint8Array) return putSync(content);
      const { start, rest } = await readStart(content, largest);
      return rest === null ? putSync(start) : await store.put(rest);
    },
    has: (hash) => store.has(hash),
    read: (hash) => store.read(hash),
    readSync: (hash) => store.readSync(hash),
    path: (hash) => store.path(hash),
  };
}

function secretContent(content: Uint8Array): StoredContent {
  return { hash: createHash("sha256").update(content).digest("hex"), size: content.length, kept: false, lost: "secret" };
}

/** All of a stream, or, when it is longer than the store keeps, the stream again from its beginning. */
async function readStart(
  chunks: AsyncIterable<Uint8Array>,
  largest: number,
): Promise<{ start: Buffer; rest: null } | { start: null; rest: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  while (size <= largest) {
    const next = await iterator.next();
    if (next.done === true) return { start: Buffer.concat(read), rest: null };
    read.push(next.value);
    size += next.value.length;
  }
  return { start: null, rest: joined(read, iterator) };
}

async function* joined(read: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* read;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}
