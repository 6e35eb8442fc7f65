import type { ImageFiles } from "../inspect/image-files.ts";
import type { Closure, KeepLevel } from "./closure.ts";
import type { LibrarySearch } from "./library-search.ts";
import { isMaintenance, isRun, type PackageIndex, packagesOf, siblingsOf } from "./packages.ts";
import { Pricing } from "./pricing.ts";

/** Of a larger package only the smallest files up to this stay, and no file that brings more with it, but at the level that asks for all. */
const HUGE_BYTES = 30 * 1024 * 1024;

/** Keeps the rest of every package of which something was kept and of its siblings, but for what nobody runs and the maintenance of the image. */
export function keepPackages(
  closure: Closure,
  packages: PackageIndex,
  { level, search }: { level: KeepLevel; search: LibrarySearch },
): void {
  const limit = level === "app" ? Number.POSITIVE_INFINITY : HUGE_BYTES;
  const pricing = new Pricing(closure, search);
  const files = [...closure.reasons().keys()].filter((path) => closure.image.paths.get(path)?.member.type === "file");
  const used = packagesOf(packages, files).filter((name) => !isMaintenance(name));
  for (const name of [...used, ...siblingsOf(packages, used), ...everydayTools(files, packages)]) {
    const own = smallest(closure.image, (packages.filesOf.get(name) ?? []).filter(isRun), limit);
    for (const path of own) if (pricing.of(path) <= limit) closure.keep(path, { rule: "package", because: name, level });
  }
}

/** What everybody types into a shell, and the shell. */
const EVERYDAY = /^(?:coreutils|dash|sed|grep|findutils|mawk|gzip|hostname|procps|busybox)$/;
const C_LIBRARY = /\/(?:libc\.so\.6|ld-musl-[^/]*)$/;

/** An image with a C library can have them; one of a static program alone is left as it is. */
function everydayTools(files: readonly string[], packages: PackageIndex): string[] {
  return files.some((path) => C_LIBRARY.test(path)) ? [...packages.filesOf.keys()].filter((name) => EVERYDAY.test(name)).sort() : [];
}

/** The paths in the order of their sizes, as many as fit. */
function smallest(image: ImageFiles, paths: readonly string[], limit: number): string[] {
  const sizeOf = (path: string): number => image.paths.get(path)?.member.size ?? 0;
  const sorted = paths.toSorted((a, b) => sizeOf(a) - sizeOf(b) || (a < b ? -1 : 1));
  let sum = 0;
  return sorted.filter((path) => (sum += sizeOf(path)) <= limit);
}
