import { messageOf } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import { readBaseTree } from "../changes/base-tree.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Tree } from "../format/tree/entry.ts";
import type { HistoryStore } from "../history/store.ts";
import { withDeadline } from "./deadline.ts";

/** The image whose files are wanted. */
export interface BaseImage {
  readonly id: string;
  readonly name: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

const READ_MS = 1_800_000;

/** The image's own files with their hashes: read from the engine once per image, kept beside the histories. */
export async function loadBaseTree(engine: Engine, store: HistoryStore, image: BaseImage): Promise<Tree> {
  const saved = await store.baseTree(image.id);
  if (saved !== null) return saved;
  image.emit({ kind: "progress", text: `reading the files of ${image.name} (once per image)` });
  const deadline = { signal: image.signal, withinMs: READ_MS, waitsFor: `the files of ${image.name}` };
  const tree = await withDeadline(deadline, (signal) => readBaseTree(engine, image.id, { signal }));
  await keep(store, tree, image);
  return tree;
}

// A full disk is no reason not to record; the image can be read again.
async function keep(store: HistoryStore, tree: Tree, { id, name, emit }: BaseImage): Promise<void> {
  try {
    await store.saveBaseTree(id, tree);
  } catch (error) {
    const hint = "Make room on the disk. As long as the image is there it is read again when it is needed.";
    emit({
      kind: "finding",
      finding: { code: "base-not-kept", message: `the list of what ${name} holds could not be kept: ${messageOf(error)}`, hint },
    });
  }
}
