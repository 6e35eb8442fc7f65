import type { PackageChange, PackageManager } from "./change.ts";
import type { PackageSet } from "./dpkg.ts";

/** The packages that were installed, removed, brought to another version or marked otherwise, sorted by name. */
export function diffPackages(manager: PackageManager, before: PackageSet, after: PackageSet): PackageChange[] {
  const changes: PackageChange[] = [];
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const old = before.get(name);
    const now = after.get(name);
    if (old?.version === now?.version && old?.automatic === now?.automatic) continue;
    changes.push({ manager, name, before: old?.version ?? null, after: now?.version ?? null, automatic: (now ?? old)?.automatic ?? false });
  }
  return changes;
}
