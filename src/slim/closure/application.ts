import type { Closure } from "./closure.ts";
import { parentOf } from "../inspect/image-files.ts";
import { isOwn, type PackageIndex } from "./packages.ts";

/** Folders that hold many things side by side: being in one says nothing about the neighbours. */
const SHARED =
  /^\/(?:|bin|sbin|lib|lib32|lib64|libx32|boot|dev|etc|home|media|mnt|opt|proc|root|run|srv|sys|tmp|usr(?:\/(?:local(?:\/(?:bin|sbin|lib|share|etc))?|bin|sbin|lib|libexec|share|src|include))?|var(?:\/(?:lib|log|cache|tmp|run|spool|www|mail|opt|local|lock))?)$/;
const MAX_BYTES = 64 * 1024 * 1024;

/** Keeps the whole folder of an application: files that no package brought, beside one that was used. */
export function keepApplication(closure: Closure, packages: PackageIndex): void {
  const folders = new Set<string>();
  for (const path of closure.reasons().keys()) {
    const isOwnFile = isOwn(packages, path) && closure.image.paths.get(path)?.member.type === "file";
    const top = isOwnFile ? topFolder(path) : null;
    if (top !== null && sizeBelow(closure, top) <= MAX_BYTES) folders.add(top);
  }
  for (const folder of [...folders].sort()) keepOwn(closure, packages, folder);
}

/** The highest folder above a path that is one application's: just below the last shared one. */
function topFolder(path: string): string | null {
  let folder = parentOf(path);
  if (SHARED.test(folder)) return null;
  while (!SHARED.test(parentOf(folder))) folder = parentOf(folder);
  return folder;
}

function keepOwn(closure: Closure, packages: PackageIndex, folder: string): void {
  for (const path of closure.image.children.get(folder) ?? []) {
    const type = closure.image.paths.get(path)?.member.type;
    if (isOwn(packages, path) || type === "symlink") closure.keep(path, { rule: "application", because: folder, level: "module" });
    if (type === "directory") keepOwn(closure, packages, path);
  }
}

function sizeBelow(closure: Closure, folder: string): number {
  let size = 0;
  for (const path of closure.image.children.get(folder) ?? []) {
    const member = closure.image.paths.get(path)?.member;
    size += member?.type === "directory" ? sizeBelow(closure, path) : (member?.size ?? 0);
  }
  return size;
}
