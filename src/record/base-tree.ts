import type { Emit } from "../base/events.ts";
import { readBaseTree } from "../changes/base-tree.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Tree } from "../format/tree/entry.ts";
import type { HistoryStore } from "../history/store.ts";

/** The image's own files with their hashes: read from the engine once per image, kept beside the histories. */
export async function loadBaseTree(
  engine: Engine,
  store: HistoryStore,
  image: { readonly id: string; readonly name: string; readonly emit: Emit },
): Promise<Tree> {
  const saved = await store.baseTree(image.id);
  if (saved !== null) return saved;
  image.emit({ kind: "progress", text: `reading the files of ${image.name} (once per image)` });
  const tree = await readBaseTree(engine, image.id);
  await store.saveBaseTree(image.id, tree);
  return tree;
}
