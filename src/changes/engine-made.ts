/** What an engine or its runtime puts into a container's file system by itself: it is neither the image's nor the user's. */
const ENGINE_MADE: ReadonlySet<string> = new Set(["/.dockerenv", "/sbin/docker-init", "/usr/sbin/docker-init"]);

/** True for a path that the engine makes in every container (`docker-init` is where `--init` mounts its program). */
export function isEngineMade(path: string): boolean {
  return ENGINE_MADE.has(path);
}

/** All directories above the paths, without the root and without the paths themselves. */
export function parentsOf(paths: Iterable<string>): ReadonlySet<string> {
  const parents = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) parents.add(path.slice(0, at));
  }
  return parents;
}
