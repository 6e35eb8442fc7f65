import type { DraftInput, DraftOptions } from "../draft/model.ts";
import type { Tree } from "../format/tree/entry.ts";
import type { History } from "../history/model.ts";
import type { ContentStore } from "../system/store/content-store.ts";

/** Texts beyond this are carried as files without being looked into. */
const TEXT_BYTES = 1024 ** 2;

function asText(bytes: Buffer | null): string | null {
  if (bytes === null || bytes.length > TEXT_BYTES) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

interface Sources {
  readonly history: History;
  readonly base: Tree | null;
  readonly contents: ContentStore;
  readonly options: DraftOptions;
}

/** All that a Draft is made of, with the kept contents as texts. */
export function makeDraftInput({ history, base, contents, options }: Sources): DraftInput {
  const texts = new Map<string, string | null>();
  const readText = (hash: string): string | null => {
    const known = texts.get(hash);
    if (known !== undefined) return known;
    const text = asText(contents.readSync(hash));
    texts.set(hash, text);
    return text;
  };
  return { history, base, readText, options };
}
