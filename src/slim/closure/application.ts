import { parentOf } from "../inspect/image-files.ts";
import type { ImageSettings } from "../inspect/settings.ts";
import type { Closure } from "./closure.ts";
import { isOwn, isRun, type PackageIndex } from "./packages.ts";

/** Folders that hold many things side by side: being in one says nothing about the neighbours. */
const SHARED =
  /^\/(?:|bin|sbin|lib|lib32|lib64|libx32|boot|dev|etc|home|media|mnt|opt|proc|root|run|srv|sys|tmp|usr(?:\/(?:local(?:\/(?:bin|sbin|lib|share|etc))?|bin|sbin|lib|libexec|share|src|include))?|var(?:\/(?:lib|log|cache|tmp|run|spool|www|mail|opt|local|lock))?)$/;
/** Of these the ones that may be an application's own folder too, when it is run there. */
const MAY_BE_ONE = /^\/(?:home|opt|srv|root|usr\/src|var\/www)$/;
const MAX_BYTES = 64 * 1024 * 1024;
/** Below this, what the image's maker put there by hand stays although nothing touched it. */
const STRAY_BYTES = 1024 * 1024;
const STRAY_PLACES = ["/", "/opt", "/srv", "/home", "/usr/local/share", "/usr/local/lib", "/usr/local/etc", "/var/www"];
const STRAY_SETTING = 64 * 1024;
/** What package scripts write into /etc. */
const GENERATED =
  /^\/etc\/(?:alternatives|apt|dpkg|rc[0-6S]\.d|systemd|ssl|ca-certificates|fonts|pam\.d|init\.d|default|ld\.so\.cache|\.pwd\.lock|machine-id|mtab|g?shadow|sub[ug]id|(?:passwd|group)|shells|mailcap)(?:-|\/|$)|-$/;

/** Keeps the whole folder of an application: files that no package brought, beside one that was used; and what else is small and nobody's but the image maker's. */
export function keepApplication(closure: Closure, packages: PackageIndex, settings: ImageSettings): void {
  const folders = new Set<string>();
  for (const path of closure.reasons().keys()) {
    if (!isOwnFile(closure, packages, path)) continue;
    const top = topFolder(path, settings.workdir);
    if (top === null) keepBeside(closure, packages, parentOf(path));
    else if (sizeBelow(closure, top) <= MAX_BYTES) folders.add(top);
  }
  for (const folder of [...folders].sort()) keepOwn(closure, packages, folder);
  keepStray(closure, packages);
}

/** The engine puts it into every container. */
const OF_THE_ENGINE = "/.dockerenv";

function isOwnFile(closure: Closure, packages: PackageIndex, path: string): boolean {
  return path !== OF_THE_ENGINE && closure.image.paths.get(path)?.member.type === "file" && isOwn(packages, path);
}

/** The highest folder above a path that is one application's: just below the last shared one. */
function topFolder(path: string, workdir: string): string | null {
  const isShared = (folder: string): boolean => SHARED.test(folder) && !(folder === workdir && MAY_BE_ONE.test(folder));
  let folder = parentOf(path);
  if (isShared(folder)) return null;
  while (!isShared(parentOf(folder))) folder = parentOf(folder);
  return folder;
}

function keepOwn(closure: Closure, packages: PackageIndex, folder: string): void {
  for (const path of closure.image.children.get(folder) ?? []) {
    const type = closure.image.paths.get(path)?.member.type;
    const isTaken = (isOwn(packages, path) || type === "symlink") && (isRun(path) || !folder.startsWith("/usr/"));
    if (isTaken) closure.keep(path, { rule: "application", because: folder, level: "module" });
    if (type === "directory") keepOwn(closure, packages, path);
  }
}

/** Files that lie beside an application's file in a folder that is nobody's. */
function keepBeside(closure: Closure, packages: PackageIndex, folder: string): void {
  if (folder !== "/" && !MAY_BE_ONE.test(folder)) return;
  for (const path of closure.image.children.get(folder) ?? [])
    if (isOwnFile(closure, packages, path)) closure.keep(path, { rule: "application", because: folder, level: "module" });
}

function keepStray(closure: Closure, packages: PackageIndex): void {
  for (const place of STRAY_PLACES)
    for (const path of closure.image.children.get(place) ?? []) {
      if (path === OF_THE_ENGINE || SHARED.test(path) || sizeBelow(closure, path) > STRAY_BYTES) continue;
      if (isOwnFile(closure, packages, path)) closure.keep(path, { rule: "application:stray", because: place, level: "module" });
      else keepOwn(closure, packages, path);
    }
  keepStraySettings(closure, packages, "/etc");
}

function keepStraySettings(closure: Closure, packages: PackageIndex, folder: string): void {
  for (const path of closure.image.children.get(folder) ?? []) {
    if (GENERATED.test(path)) continue;
    const member = closure.image.paths.get(path)?.member;
    if (member?.type === "directory") keepStraySettings(closure, packages, path);
    else if (isOwnFile(closure, packages, path) && (member?.size ?? 0) <= STRAY_SETTING)
      closure.keep(path, { rule: "application:stray", because: folder, level: "module" });
  }
}

function sizeBelow(closure: Closure, path: string): number {
  const member = closure.image.paths.get(path)?.member;
  if (member?.type !== "directory") return member?.size ?? 0;
  let size = 0;
  for (const child of closure.image.children.get(path) ?? []) size += sizeBelow(closure, child);
  return size;
}
