import type { ImagePaths } from "./image-paths.ts";
import type { Launch } from "./launches.ts";

/** The user whose process a launch was, where that is not root; by name where it is known. */
export function userOf({ processes, timed }: Launch, paths: ImagePaths): string | null {
  const { identity } = timed.step;
  const uid = processes[0]?.uid ?? identity.uid;
  if (uid === 0) return null;
  if (uid === identity.uid) return identity.user;
  const line = paths
    .text("/etc/passwd")
    ?.split("\n")
    .find((text) => text.split(":")[2] === String(uid));
  return line?.split(":")[0] ?? String(uid);
}
