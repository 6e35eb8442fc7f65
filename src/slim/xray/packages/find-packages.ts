import type { Finding } from "../../../base/finding.ts";
import type { ImageView } from "../image-view.ts";
import { findBuilt, findComposer, findGems, findJars, findNode, findPython } from "./language-packages.ts";
import type { InstalledPackage, PackageFinder, PackageManager } from "./package.ts";
import { findRpm, readRpm } from "./rpm-packages.ts";
import { findApk, findDpkg } from "./system-packages.ts";

const FINDERS: readonly PackageFinder[] = [findDpkg, findApk, findRpm, findPython, findNode, findGems, findComposer, findJars, findBuilt];

/** How much one manager installed. */
export interface ManagerSummary {
  readonly manager: PackageManager;
  readonly count: number;
  /** Of the packages whose size is known. */
  readonly bytes: number;
}

/** All packages of an image, sorted by manager, name, version and place. */
export function findPackages(view: ImageView): { readonly packages: readonly InstalledPackage[]; readonly findings: readonly Finding[] } {
  const packages = FINDERS.flatMap((find) => find(view)).toSorted((a, b) => compare(sortKey(a), sortKey(b)));
  return { packages, findings: readRpm(view).findings };
}

/** Packages counted by manager, the heaviest first. */
export function summarizePackages(packages: readonly InstalledPackage[]): readonly ManagerSummary[] {
  const summaries = new Map<PackageManager, ManagerSummary>();
  for (const { manager, bytes } of packages) {
    const before = summaries.get(manager) ?? { manager, count: 0, bytes: 0 };
    summaries.set(manager, { manager, count: before.count + 1, bytes: before.bytes + (bytes ?? 0) });
  }
  return [...summaries.values()].toSorted((a, b) => b.bytes - a.bytes || compare(a.manager, b.manager));
}

function sortKey({ manager, name, version, path }: InstalledPackage): string {
  return [manager, name, version, path].join("\0");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
