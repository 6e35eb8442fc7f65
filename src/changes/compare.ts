import type { Engine } from "../engine/open-engine.ts";
import { exportContainer } from "../engine/container.ts";
import { withImageContainer } from "./base-tree.ts";
import { compareTrees } from "./compare-trees.ts";
import { isEngineMade } from "./engine-made.ts";
import { NOISE } from "./noise.ts";
import { type ExportedTree, readExport } from "./read-export.ts";
import type { Verdict } from "./verdict.ts";

export interface CompareOptions {
  /** Patterns of paths that never count; the list of `noise.ts` when absent. */
  readonly noise?: readonly string[];
  /** Patterns of paths that cannot be equal here. */
  readonly mayDiffer?: readonly string[];
  /** Paths whose content was not carried because it is secret. */
  readonly secretPaths?: readonly string[];
  /** Names that both sides may hold for their own host. */
  readonly hostNames?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Compares the file system of a recorded container with that of an image, both streamed at the same time. */
// oxlint-disable-next-line max-params -- engine and the two sides come first, as everywhere
export async function compareContainers(
  engine: Engine,
  recordedContainerId: string,
  builtImageId: string,
  options: CompareOptions = {},
): Promise<Verdict> {
  return await withImageContainer(engine, builtImageId, async (builtId) => {
    const [wanted, got] = await Promise.all([exported(engine, recordedContainerId, options), exported(engine, builtId, options)]);
    const comparison = compareTrees(wanted, got, {
      noise: options.noise ?? NOISE,
      mayDiffer: options.mayDiffer ?? [],
      secretPaths: options.secretPaths ?? [],
    });
    return { ...comparison, equivalent: comparison.differences.length === 0, findings: [] };
  });
}

async function exported(engine: Engine, containerId: string, options: CompareOptions): Promise<ExportedTree> {
  const read = { hostNames: options.hostNames ?? [], ...(options.signal === undefined ? {} : { signal: options.signal }) };
  const stream = await exportContainer(engine, containerId, read);
  try {
    const tree = await readExport(stream, read);
    // A mount point that the engine made for its own program is empty; a file that somebody put there is not.
    for (const [path, entry] of tree.entries) if (isEngineMade(path) && entry.size === 0) tree.entries.delete(path);
    return tree;
  } finally {
    stream.destroy();
  }
}
