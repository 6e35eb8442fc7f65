import type { Trace } from "../../trace/protocol.ts";
import { isRun } from "../closure/packages.ts";
import { resolvePath } from "../closure/resolve.ts";
import { type ImageFiles, parentOf } from "../inspect/image-files.ts";

/** What a small image has of its original. */
interface Small {
  readonly image: ImageFiles;
  readonly kept: ReadonlySet<string>;
}

/** What a run of the slim image looked for in vain and the original image has: sorted paths. */
export function missingPaths({ image, kept }: Small, trace: Trace): string[] {
  const missing = new Set<string>();
  for (const path of Object.keys(trace.touched)) {
    const found = resolvePath(image, path);
    for (const real of [...found.links, ...(found.real === null ? [] : [found.real])]) if (!kept.has(real)) missing.add(real);
  }
  return [...missing].sort();
}

/** Of all that listed folders lack no more than this, the folders that lack least first. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * What the original has in folders that a run listed and the slim image has not: a program that reads a folder's names first never looks for
 * what is not among them. With a text only what that has as a word: programs say what they miss.
 */
export function unlistedPaths({ image, kept }: Small, trace: Trace, text: string | null): string[] {
  const words = text === null ? null : new Set(text.match(/\w[\w-]+/g) ?? []);
  const listed = Object.entries(trace.touched).filter(([, acts]) => acts.includes("listed"));
  const folders = new Set(listed.flatMap(([path]) => resolvePath(image, path).real ?? []));
  const lacks = [...folders].map((folder) => lackOf({ image, kept }, folder, words)).toSorted((a, b) => a.bytes - b.bytes);
  let left = MOST_BYTES;
  return lacks.flatMap(({ paths, bytes }) => ((left -= bytes) >= 0 ? paths : [])).toSorted();
}

interface Lack {
  readonly paths: readonly string[];
  readonly bytes: number;
}

function lackOf({ image, kept }: Small, folder: string, words: ReadonlySet<string> | null): Lack {
  const named = (image.children.get(folder) ?? []).filter((path) => words === null || words.has(stemOf(path)));
  const paths = named.flatMap((path) => filesBelow(image, path)).filter((path) => !kept.has(path) && isRun(path));
  return { paths, bytes: paths.reduce((sum, path) => sum + (image.paths.get(path)?.member.size ?? 0), 0) };
}

function filesBelow(image: ImageFiles, path: string): string[] {
  if (image.paths.get(path)?.member.type !== "directory") return [path];
  return (image.children.get(path) ?? []).flatMap((child) => filesBelow(image, child));
}

function stemOf(path: string): string {
  return path.slice(parentOf(path).length).replace(/^\//, "").replace(/\..*$/, "");
}
