import { isMadeAgain, isPackageDatabase, isScratch } from "../../tables/volatile-paths.ts";
import { pathTest } from "../../tables/path-pattern.ts";
import { lastWrite, pathsBelow } from "./path-log.ts";
import type { PathLog } from "./path-log.ts";
import type { Work } from "./work.ts";

/** Below these a path that a person names is meant: a service's log folder, its folder for sockets. */
const isMeantWhenNamed = pathTest(["/var/log/**", "/run/**", "/var/run/**", "/var/lock/**"]);

/** The paths whose final state the Draft must bring about; all others (caches, logs, temporary files) only help on the way. `works` say which are meant. */
export function mattering(log: PathLog, works: readonly Work[], secret: ReadonlySet<string>): ReadonlySet<string> {
  const named = new Set(works.flatMap(namedPaths));
  const found = new Set<string>();
  for (const path of log.paths) {
    if (!secret.has(path) && (named.has(path) || !isVolatile(path))) found.add(path);
  }
  for (const path of found) {
    if (!named.has(path) && isHuskOfVolatile(log, path, found)) found.delete(path);
  }
  return found;
}

/** True for a path that never makes a Step matter by itself. */
export function isVolatile(path: string): boolean {
  return isMadeAgain(path) || isScratch(path);
}

/** True for what a later Step cannot have used and the Draft brings itself: indexes, logs, records of packages. */
export function isNeverUsed(path: string): boolean {
  return isMadeAgain(path) || isPackageDatabase(path);
}

function namedPaths(work: Work): string[] {
  return work.changes.flatMap(({ path, after }) =>
    after !== null && isMeantWhenNamed(path) && work.words.mentions.has(path) ? [path] : [],
  );
}

/** A folder that only came to be to hold volatile files (`~/.local` for an editor's history). */
function isHuskOfVolatile(log: PathLog, path: string, found: ReadonlySet<string>): boolean {
  if ((log.base.get(path) ?? null) !== null) return false;
  if (lastWrite(log, path, { before: Infinity })?.after?.type !== "directory") return false;
  const below = pathsBelow(log, path);
  const isEmpty = (inner: string): boolean => !found.has(inner) && isVolatile(inner);
  const isFolder = (inner: string): boolean => lastWrite(log, inner, { before: Infinity })?.after?.type === "directory";
  return below.some(isEmpty) && below.every((inner) => isEmpty(inner) || isFolder(inner));
}
