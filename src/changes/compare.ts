import { type ContainerInfo, exportContainer, inspectContainer } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { withImageContainer } from "./base-tree.ts";
import { compareTrees } from "./compare-trees.ts";
import { differsByHostOnly } from "./host-names.ts";
import { leaveOutMounts } from "./left-out.ts";
import { NOISE } from "./noise.ts";
import { type ExportedTree, readExport } from "./read-export.ts";
import { readContainerFile } from "./read-file.ts";
import type { Difference, Verdict } from "./verdict.ts";

export interface CompareOptions {
  /** Patterns of paths that never count; the list of `noise.ts` when absent. */
  readonly noise?: readonly string[];
  /** Patterns of paths that cannot be equal here. */
  readonly mayDiffer?: readonly string[];
  /** Paths whose content was not carried because it is secret. */
  readonly secretPaths?: readonly string[];
  /** More names that either side may hold for its own host; the recorded container's own is known. */
  readonly hostNames?: readonly string[];
  readonly signal?: AbortSignal;
}

interface Sides {
  readonly engine: Engine;
  readonly recorded: ContainerInfo;
  readonly builtId: string;
  readonly hostNames: readonly string[];
}

/** Compares the file system of a recorded container with that of an image, both streamed at the same time. */
// oxlint-disable-next-line max-params -- engine and the two sides come first, as everywhere
export async function compareContainers(
  engine: Engine,
  recordedContainerId: string,
  builtImageId: string,
  options: CompareOptions = {},
): Promise<Verdict> {
  const recorded = await inspectContainer(engine, recordedContainerId);
  const hostNames = [...new Set([recorded.hostName, ...(options.hostNames ?? [])])];
  return await withImageContainer(engine, builtImageId, async (builtId) => {
    const sides: Sides = { engine, recorded, builtId, hostNames };
    const [wanted, got] = await exportBoth(sides, options.signal);
    const findings = leaveOutMounts(recorded.mounts, wanted, got);
    const comparison = compareTrees(wanted, got, {
      noise: options.noise ?? NOISE,
      mayDiffer: options.mayDiffer ?? [],
      secretPaths: options.secretPaths ?? [],
    });
    const differences = await withoutHostNames(comparison.differences, wanted, sides);
    return { ...comparison, differences, equivalent: differences.length === 0, findings };
  });
}

async function exportBoth(sides: Sides, signal: AbortSignal | undefined): Promise<readonly [ExportedTree, ExportedTree]> {
  const failed = new AbortController();
  const both = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const read = async (id: string): Promise<ExportedTree> => {
    const stream = await exportContainer(sides.engine, id, { signal: both });
    try {
      return await readExport(stream, { hostNames: sides.hostNames });
    } finally {
      stream.destroy();
    }
  };
  const reads = [read(sides.recorded.id), read(sides.builtId)] as const;
  try {
    return await Promise.all(reads);
  } finally {
    // One side that failed ends the other too; what it then says is of no interest.
    failed.abort();
    await Promise.allSettled(reads);
  }
}

/** Larger texts are not looked into once more. */
const LARGEST_TEXT = 8 * 1024 * 1024;

/** The names of the hosts that built the image are not known beforehand: texts with the recorded host's name are held against each other. */
async function withoutHostNames(differences: readonly Difference[], wanted: ExportedTree, sides: Sides): Promise<readonly Difference[]> {
  const left: Difference[] = [];
  for (const difference of differences) {
    const mayBeHost = difference.fields.join() === "content" && wanted.comparable.has(difference.path);
    if (!mayBeHost || !(await isHostOnly(difference.path, sides))) left.push(difference);
  }
  return left;
}

async function isHostOnly(path: string, { engine, recorded, builtId, hostNames }: Sides): Promise<boolean> {
  const ours = await readContainerFile(engine, { containerId: recorded.id, path }, LARGEST_TEXT);
  const theirs = await readContainerFile(engine, { containerId: builtId, path }, LARGEST_TEXT);
  return ours !== null && theirs !== null && differsByHostOnly(ours, theirs, hostNames);
}
