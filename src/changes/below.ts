/** True for a path that lies below (not at) one of the directories. */
export function isBelowOne(path: string, directories: ReadonlySet<string>): boolean {
  if (directories.size === 0) return false;
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) if (directories.has(path.slice(0, at))) return true;
  return false;
}
