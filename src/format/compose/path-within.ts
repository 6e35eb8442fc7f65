import { posix } from "node:path";

/** True for the folder itself and what is below it. */
export function isWithin(path: string, folder: string): boolean {
  const relative = posix.relative(folder, path);
  return relative === "" || !(relative === ".." || relative.startsWith("../"));
}
