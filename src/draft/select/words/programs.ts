import { isProgramPath } from "../../tables/volatile-paths.ts";
import { baseName } from "./expand-word.ts";
import type { Programs } from "../judge/needs.ts";
import type { PathLog } from "../judge/path-log.ts";

/** The changed paths in folders of programs, by name. */
export function findPrograms(log: PathLog): Programs {
  const programs = new Map<string, string[]>();
  for (const path of log.paths) {
    if (!isProgramPath(path)) continue;
    const known = programs.get(baseName(path));
    if (known === undefined) programs.set(baseName(path), [path]);
    else known.push(path);
  }
  return programs;
}
