import { posix } from "node:path";
import { freeBytes, realPath } from "../../system/file/files.ts";
import type { DirectoryHandle, NodeStat } from "../../system/file/no-follow.ts";
import { giveDirectory, leadsToFile, makeFile, mountOf, type Ownership } from "../../system/file/write-no-follow.ts";
import type { Plan, PlanStep } from "../plan/model.ts";
import { checkSize, copyBytes, copyTree, type CopyLimits, measureTree } from "./copy-tree.ts";
import { emptyTree } from "./empty-tree.ts";
import { explained } from "./explain.ts";
import type { Place } from "./place.ts";
import { TreeProblem } from "./tree-problem.ts";
import { trustedPlace } from "./trusted-root.ts";
import { makePlaced, openPlaced, pathOf, placeBelow, type PlacedFolder, unsafe } from "./walk-down.ts";

export type FillFolder = Extract<PlanStep, { readonly act: "fill-folder" }>;

const PARENT: Ownership = { uid: null, gid: null, mode: 0o755 };

/** A folder or a file of production that an instance gets something in place of. */
interface Source {
  readonly stat: NodeStat;
  readonly folder: DirectoryHandle;
  /** The file in it; null when the folder itself is meant. */
  readonly name: string | null;
}

/** Throws where a source cannot be copied as its policy says; changes nothing. Says what is never copied. */
export async function checkFill(step: FillFolder, plan: Plan, place: Place): Promise<void> {
  if (step.policy === "empty") return;
  const placed = await sourcePlace(step.from, plan, place);
  explained(step.from, () =>
    withSource(placed, (source) => {
      if (source === null || source.name !== null) return;
      const { bytes, leftOut } = measureTree(source.folder, limitsOf(step));
      const free = freeBytes(place.host.testVolumes ?? "/");
      if (free !== null && bytes > free)
        throw new TreeProblem("large", `has ${bytes} bytes, and ${place.host.testVolumes ?? ""} has room for ${free}`);
      if (leftOut > 0) {
        const message = `${leftOut} of ${step.from} are not copied: devices, sockets, pipes and what is mounted there.`;
        place.emit({ kind: "finding", finding: { code: "copy-left-out", message, where: { file: step.from } } });
      }
    }),
  );
}

/** Empties an instance's folder and fills it as its policy says; owner and mode are those given, else production's. */
export async function fillFolder(
  step: FillFolder,
  ownership: Ownership,
  { plan, place }: { readonly plan: Plan; readonly place: Place },
): Promise<void> {
  const from = await sourcePlace(step.from, plan, place);
  const to = await trustedPlace(step.to, plan, place);
  explained(step.to, () =>
    withSource(from, (source) => {
      if (source === null || source.name === null) fillTree(source, to, { step, ownership });
      else fillFile({ ...source, name: source.name }, to, { step, ownership });
    }),
  );
}

interface Filling {
  readonly step: FillFolder;
  readonly ownership: Ownership;
}

/** A source that is a trusted path itself may be a link to a file. */
async function sourcePlace(path: string, plan: Plan, place: Place): Promise<PlacedFolder> {
  const placed = await trustedPlace(path, plan, place);
  if (placed.parts.length > 0 || !leadsToFile(path)) return placed;
  const real = (await realPath(path)) ?? path;
  return placeBelow(posix.dirname(real), real);
}

function fillTree(source: Source | null, to: PlacedFolder, { step, ownership }: Filling): void {
  clearFile(to);
  const target = makePlaced(to, { own: { ...PARENT, mode: 0o700 }, parents: PARENT });
  try {
    refuseMounted(target, to);
    emptyTree(target);
    if (source !== null && step.policy !== "empty") copyTree(source.folder, target, limitsOf(step));
    giveDirectory(target, orOf(ownership, source?.stat ?? PARENT));
  } finally {
    target.close();
  }
}

/** Something mounted over the instance's folder would be emptied in its place. */
function refuseMounted(target: DirectoryHandle, to: PlacedFolder): void {
  const parent = openPlaced(parentOf(to));
  try {
    if (parent === null || mountOf(parent) !== mountOf(target)) throw unsafe(pathOf(to), "has something mounted over it");
  } finally {
    parent?.close();
  }
}

/** A mount of a single file: the instance gets a file. */
function fillFile(source: Source & { readonly name: string }, to: PlacedFolder, { step, ownership }: Filling): void {
  const parent = makePlaced(parentOf(to), { own: PARENT, parents: PARENT });
  try {
    const name = to.parts.at(-1) ?? "";
    clear(parent, name);
    const file = makeFile(parent, name);
    const bytes = step.policy === "copy" ? source.folder.file(source.name) : null;
    if (file === null) throw new TreeProblem("busy", "is made by somebody else too");
    try {
      if (bytes !== null) copyBytes(bytes, file, (count) => checkSize(count, limitsOf(step)));
      file.give(orOf(ownership, source.stat));
    } finally {
      file.close();
      bytes?.close();
    }
  } finally {
    parent.close();
  }
}

function clear(parent: DirectoryHandle, name: string): void {
  const old = parent.directory(name);
  try {
    if (old !== null) emptyTree(old);
  } finally {
    old?.close();
  }
  parent.remove(name);
}

/** What was a file at the last start may be a folder now. */
function clearFile(to: PlacedFolder): void {
  const parent = openPlaced(parentOf(to));
  try {
    const name = to.parts.at(-1) ?? "";
    if (parent?.stat(name)?.type === "file") parent.remove(name);
  } finally {
    parent?.close();
  }
}

function withSource<T>(placed: PlacedFolder, use: (source: Source | null) => T): T {
  const parent = placed.parts.length === 0 ? null : openPlaced(parentOf(placed));
  const name = placed.parts.at(-1) ?? "";
  const stat = parent?.stat(name) ?? null;
  try {
    if (parent !== null && stat?.type === "file") return use({ stat, folder: parent, name });
    const folder = openPlaced(placed);
    try {
      return use(folder === null ? null : { stat: folder.ownStat(), folder, name: null });
    } finally {
      folder?.close();
    }
  } finally {
    parent?.close();
  }
}

function parentOf(placed: PlacedFolder): PlacedFolder {
  return { ...placed, parts: placed.parts.slice(0, -1) };
}

function limitsOf({ policy, maxSize }: FillFolder): CopyLimits {
  return { foldersOnly: policy === "tree", maxSize: maxSize ?? Number.POSITIVE_INFINITY };
}

function orOf(wanted: Ownership, other: Ownership): Ownership {
  return { uid: wanted.uid ?? other.uid, gid: wanted.gid ?? other.gid, mode: wanted.mode ?? other.mode };
}
