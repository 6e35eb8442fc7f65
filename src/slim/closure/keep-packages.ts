import type { ImageFiles } from "../inspect/image-files.ts";
import type { Closure, KeepLevel } from "./closure.ts";
import { isMaintenance, isRun, packagesOf, type PackageIndex, siblingsOf } from "./packages.ts";

/** Larger packages are kept whole only at the level that asks for all. */
const HUGE_BYTES = 30 * 1024 * 1024;

/** Keeps the rest of every package of which something was kept and of its siblings, but for what nobody runs and the maintenance of the image. */
export function keepPackages(closure: Closure, packages: PackageIndex, level: KeepLevel): void {
  const files = [...closure.reasons().keys()].filter((path) => closure.image.paths.get(path)?.member.type === "file");
  const used = packagesOf(packages, files).filter((name) => !isMaintenance(name));
  for (const name of [...used, ...siblingsOf(packages, used)]) {
    const own = (packages.filesOf.get(name) ?? []).filter(isRun);
    if (level !== "app" && sizeOf(closure.image, own) > HUGE_BYTES) continue;
    for (const path of own) closure.keep(path, { rule: "package", because: name, level });
  }
}

function sizeOf(image: ImageFiles, files: readonly string[]): number {
  return files.reduce((sum, path) => sum + (image.paths.get(path)?.member.size ?? 0), 0);
}
