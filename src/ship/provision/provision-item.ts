import { posix } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { isWithin } from "../../format/compose/path-within.ts";
import { volumeFolder } from "../../engine/volume.ts";
import type { DirectoryHandle } from "../../system/file/no-follow.ts";
import { makeFile, moveInto, type Ownership } from "../../system/file/write-no-follow.ts";
import { mountOver, noMount } from "../plan/mount-over.ts";
import type { Plan } from "../plan/model.ts";
import { contentOf, type Item } from "./content.ts";
import { explained } from "./explain.ts";
import type { Place } from "./place.ts";
import { trustedPlace } from "./trusted-root.ts";
import { makePlaced, openPlaced, pathOf, placeBelow, type PlacedFolder, unsafe } from "./walk-down.ts";

/** A wanted file or folder, and where it is on this machine. */
export interface PlacedItem {
  readonly item: Item;
  readonly placed: PlacedFolder;
  /** It is this instance's own place; what production has is only looked at beside it. */
  readonly isOwn: boolean;
}

/** Finds where an item is on this machine; null for what is in a volume that is not made yet. Throws `provision-no-mount`. */
export async function placeItem(item: Item, plan: Plan, place: Place): Promise<PlacedItem | null> {
  const mount = mountOver(item.path, plan.container.mounts);
  const rest = mount === null ? "" : posix.relative(mount.target, item.path);
  const isOwn = plan.mode === "prod" || (mount !== null && isOwnSource(mount.source ?? "", plan, place));
  if (mount?.type === "bind" && mount.source !== null)
    return { item, placed: await trustedPlace(posix.join(mount.source, rest), plan, place), isOwn };
  if (mount?.type !== "volume" || mount.source === null) throw noMount(item.path, plan.container.name);
  const root = await volumeFolder(place.engine, mount.source);
  return root === null ? null : { item, placed: placeBelow(root, posix.join(root, rest)), isOwn };
}

function isOwnSource(source: string, { unit, mode }: Plan, { host }: Place): boolean {
  return source.startsWith("/") ? host.testVolumes !== null && isWithin(source, host.testVolumes) : source.startsWith(`${mode}-${unit}_`);
}

/** Throws where the way to an item, or what is there, is not what it should be; changes nothing. */
export function checkItem({ item, placed, isOwn }: PlacedItem): void {
  const isThere = explained(pathOf(placed), () => isThereAlready(item, placed));
  if (isThere || isOwn) return;
  throw new CooperError("mode-not-isolated", `${item.path} would be made in what production uses (${pathOf(placed)}).`, {
    hint: "Give the mount a policy of its own for this mode (empty, tree or copy), or say only: [prod] for the item.",
  });
}

/** Makes a file or folder unless it is there; what is there is left as it is. */
export async function provisionItem(
  { item, placed }: PlacedItem,
  given: { readonly own: Ownership; readonly parents: Ownership },
  place: Place,
): Promise<void> {
  const path = pathOf(placed);
  if (explained(path, () => isThereAlready(item, placed))) return;
  const bytes = item.kind === "file" ? await contentOf(item, place) : null;
  explained(path, () => {
    if (bytes === null) makePlaced(placed, given).close();
    else withParent(placed, given.parents, (parent, name) => writeNew(parent, { name, path }, { bytes, ownership: given.own }));
  });
}

function isThereAlready({ kind }: Item, placed: PlacedFolder): boolean {
  const parts = placed.parts.slice(0, -1);
  const parent = openPlaced({ ...placed, parts });
  try {
    const stat = placed.parts.length === 0 ? (parent?.ownStat() ?? null) : (parent?.stat(placed.parts.at(-1) ?? "") ?? null);
    if (stat === null) return false;
    if (stat.type !== (kind === "folder" ? "directory" : "file")) throw unsafe(pathOf(placed), `is no ${kind} (${stat.type})`);
    if (kind === "file" && stat.links > 1) throw unsafe(pathOf(placed), "has other names too (hard links)");
    return true;
  } finally {
    parent?.close();
  }
}

function withParent(placed: PlacedFolder, parents: Ownership, use: (parent: DirectoryHandle, name: string) => void): void {
  const parent = makePlaced({ ...placed, parts: placed.parts.slice(0, -1) }, { own: parents, parents });
  try {
    use(parent, placed.parts.at(-1) ?? "");
  } finally {
    parent.close();
  }
}

interface Content {
  readonly bytes: Uint8Array;
  readonly ownership: Ownership;
}

/** The file has its name only when it is whole, so that a crash leaves none that looks made. */
function writeNew(
  parent: DirectoryHandle,
  { name, path }: { readonly name: string; readonly path: string },
  { bytes, ownership }: Content,
): void {
  const draft = `.cooper-${process.pid}-${name.slice(0, 100)}.part`;
  parent.remove(draft);
  const file = makeFile(parent, draft);
  if (file === null) throw unsafe(path, "is being made by somebody else too");
  try {
    file.write(bytes);
    file.give({ ...ownership, mode: ownership.mode ?? 0o644 });
    if (parent.stat(name) !== null || !moveInto({ folder: parent, name: draft }, { folder: parent, name }))
      throw unsafe(path, "was made by somebody else meanwhile");
    const made = parent.stat(name);
    if (made?.inode !== file.inode || made.links !== 1) throw unsafe(path, "was changed by somebody else meanwhile");
  } finally {
    file.close();
  }
}
