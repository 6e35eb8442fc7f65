import { isCooperError } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import type { Finding } from "../base/finding.ts";
import { makeDraft } from "../draft/make-draft.ts";
import type { Draft, DraftOptions } from "../draft/model.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Acceptance } from "../format/acceptance/acceptance.ts";
import { printAcceptance } from "../format/acceptance/acceptance-text.ts";
import type { Tree } from "../format/tree/entry.ts";
import type { History } from "../history/model.ts";
import type { HistoryStore } from "../history/store.ts";
import type { ContentStore } from "../system/store/content-store.ts";
import { loadBaseTree } from "../capture/base-tree.ts";
import { checkImage } from "./check-image.ts";
import type { DraftFiles } from "./draft-folder.ts";
import { makeDraftInput } from "./draft-input.ts";
import { findHistory } from "./find-history.ts";

/** A History with all that a Draft of it is made of. */
export interface ReplaySource {
  readonly history: History;
  readonly base: Tree | null;
  readonly contents: ContentStore;
  readonly findings: readonly Finding[];
}

/** A Draft ready to be written or built. */
export interface Replayed {
  readonly draft: Draft;
  readonly acceptance: Acceptance;
  readonly files: DraftFiles;
}

interface Wanted {
  readonly engine: Engine | null;
  readonly store: HistoryStore;
  readonly name: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Finds the History and what its image held; a missing image is a Finding. */
export async function openReplay(wanted: Wanted): Promise<ReplaySource> {
  const { engine, store } = wanted;
  const history = await findHistory(wanted);
  const { container } = history;
  const contents = store.contents(container.engineId, container.id);
  const base = await findBase(wanted, history);
  const findings = engine === null ? [] : await checkImage(engine, container);
  return { history, base, contents, findings: base === null ? [...findings, baseUnknown(history)] : findings };
}

async function findBase({ engine, store, emit, signal }: Wanted, history: History): Promise<Tree | null> {
  const { image, imageId } = history.container;
  if (engine === null) return store.baseTree(imageId);
  try {
    return await loadBaseTree(engine, store, { id: imageId, name: image, emit, signal });
  } catch (error) {
    if (isCooperError(error) && error.code === "image-unknown") return null;
    throw error;
  }
}

function baseUnknown(history: History): Finding {
  const { image } = history.container;
  return {
    code: "base-unknown",
    message: `what the image ${image} held was not kept and cannot be read`,
    hint: "The Dockerfile is made without that knowledge: look at what it copies and deletes.",
    where: { image },
  };
}

/** History to Draft: pure but for reading kept contents. */
export function replay(source: ReplaySource, options: DraftOptions): Replayed {
  const { history, base, contents } = source;
  const draft = makeDraft(makeDraftInput({ history, base, contents, options }));
  const acceptance = draft.acceptance;
  const readContent = (hash: string): Buffer | null => contents.readSync(hash);
  return { draft, acceptance, files: { draft, acceptance: printAcceptance(acceptance), readContent } };
}
