import type { Trace, TraceAct } from "../../trace/protocol.ts";
import { resolvePath } from "../closure/resolve.ts";
import { type ImageFiles, parentOf } from "../inspect/image-files.ts";

/** What a program writes to: folders that may be in memory, and those that hold files of the image. */
export interface WritableFolders {
  /** Sorted; none lies in another. */
  readonly empty: readonly string[];
  readonly filled: readonly string[];
}

const OUTSIDE = /^\/(?:dev|proc|sys)(?:\/|$)|^\/etc\/(?:hosts|hostname|resolv\.conf)$/;
const WRITES: readonly TraceAct[] = ["written", "changed"];

interface Known {
  readonly trace: Trace;
  /** Folders that are volumes, and written anyway. */
  readonly volumes: readonly string[];
  readonly isKept: (path: string) => boolean;
}

/** The folders in which a Trace wrote. */
export function writableFolders(image: ImageFiles, { trace, volumes, isKept }: Known): WritableFolders {
  const written = Object.entries(trace.touched).filter(([path, acts]) => !OUTSIDE.test(path) && acts.some((act) => WRITES.includes(act)));
  const folders = new Set(written.map(([path]) => folderOf(image, path)));
  const wanted = [...folders].filter((folder) => !volumes.some((volume) => isBelow(folder, volume)) && !OUTSIDE.test(folder));
  const outer = wanted.filter((folder) => !wanted.some((other) => other !== folder && isBelow(folder, other))).sort();
  const isFilled = (folder: string): boolean => [...filesBelow(image, folder)].some(isKept);
  return { empty: outer.filter((folder) => !isFilled(folder)), filled: outer.filter(isFilled) };
}

/** The folder that a write goes to, with the links followed; a file that is there may be a link to another place. */
function folderOf(image: ImageFiles, path: string): string {
  const { real, nearest } = resolvePath(image, path);
  return real === null ? nearest : parentOf(real);
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function* filesBelow(image: ImageFiles, folder: string): Generator<string, void, void> {
  for (const path of image.children.get(folder) ?? []) {
    if (image.paths.get(path)?.member.type === "directory") yield* filesBelow(image, path);
    else yield path;
  }
}
