import type { ImageFiles } from "../inspect/image-files.ts";
import type { Closure, KeepLevel } from "./closure.ts";
import { everydayPackages } from "./everyday.ts";
import type { LibrarySearch } from "./library-search.ts";
import { isMaintenance, isRun, type PackageIndex, packagesOf, siblingsOf } from "./packages.ts";
import { Pricing } from "./pricing.ts";

/** Of a larger package only the smallest files up to this stay, and no file that brings more with it, but at the level that asks for all. */
const HUGE_BYTES = 30 * 1024 * 1024;

/** The packages of which a file is kept, but for the maintenance of the image. */
export function usedPackages(closure: Closure, packages: PackageIndex): readonly string[] {
  const files = [...closure.reasons().keys()].filter((path) => closure.image.paths.get(path)?.member.type === "file");
  return packagesOf(packages, files).filter((name) => !isMaintenance(name));
}

interface Whole {
  readonly used: readonly string[];
  readonly level: KeepLevel;
  readonly search: LibrarySearch;
}

/** Keeps the rest of used packages and of their sisters, without what nobody runs. */
export function keepPackages(closure: Closure, packages: PackageIndex, { used, level, search }: Whole): void {
  const limit = level === "app" ? Number.POSITIVE_INFINITY : HUGE_BYTES;
  const pricing = new Pricing(closure, search);
  for (const name of [...used, ...siblingsOf(packages, used), ...everydayPackages(closure, packages)]) {
    const own = smallest(closure.image, (packages.filesOf.get(name) ?? []).filter(isRun), limit);
    for (const path of own) if (pricing.of(path) <= limit) closure.keep(path, { rule: "package", because: name, level });
  }
}

/** The paths in the order of their sizes, as many as fit. */
function smallest(image: ImageFiles, paths: readonly string[], limit: number): string[] {
  const sizeOf = (path: string): number => image.paths.get(path)?.member.size ?? 0;
  const sorted = paths.toSorted((a, b) => sizeOf(a) - sizeOf(b) || (a < b ? -1 : 1));
  let sum = 0;
  return sorted.filter((path) => (sum += sizeOf(path)) <= limit);
}
