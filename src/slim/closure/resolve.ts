import { type ImageFiles, parentOf } from "../inspect/image-files.ts";

/** How a path is found in the image: what it leads to and what is passed on the way. */
export interface Resolution {
  /** The path without links; null when it is not there. */
  readonly real: string | null;
  /** Links passed, in order, each by its own real path. */
  readonly links: readonly string[];
  /** The deepest folder that is there, for a path that is not. */
  readonly nearest: string;
}

const MAX_LINKS = 40;

const known = new WeakMap<ImageFiles, Map<string, Resolution>>();

/** Follows a path component by component as the kernel does, inside the image. `followsLast` false leaves a link at the end unfollowed. */
export function resolvePath(image: ImageFiles, path: string, followsLast = true): Resolution {
  const plain = resolvePlain(image, path);
  if (plain !== null) return plain;
  if (!followsLast) return walk(image, path, followsLast);
  const ofImage = known.get(image) ?? new Map<string, Resolution>();
  known.set(image, ofImage);
  const found = ofImage.get(path) ?? walk(image, path, followsLast);
  ofImage.set(path, found);
  return found;
}

function walk(image: ImageFiles, path: string, followsLast: boolean): Resolution {
  const links: string[] = [];
  const waiting = path.split("/").filter((part) => part !== "" && part !== ".");
  let at = "/";
  while (waiting.length > 0) {
    const part = waiting.shift();
    if (part === undefined) break;
    if (part === "..") {
      at = parentOf(at);
      continue;
    }
    const next = at === "/" ? `/${part}` : `${at}/${part}`;
    const file = image.paths.get(next);
    if (file === undefined || (waiting.length > 0 && file.member.type === "file")) return { real: null, links, nearest: at };
    if (file.member.type === "symlink" && (waiting.length > 0 || followsLast)) {
      links.push(next);
      if (links.length > MAX_LINKS) return { real: null, links, nearest: at };
      waiting.unshift(...file.member.link.split("/").filter((p) => p !== "" && p !== "."));
      if (file.member.link.startsWith("/")) at = "/";
      continue;
    }
    at = next;
  }
  return { real: at, links, nearest: at };
}

const NO_LINKS: readonly string[] = [];

/** Most paths are asked for as they are: what the archive has by this very name is reached without a link. */
function resolvePlain(image: ImageFiles, path: string): Resolution | null {
  const file = image.paths.get(path);
  if (file !== undefined) return file.member.type === "symlink" ? null : { real: path, links: NO_LINKS, nearest: path };
  const folder = parentOf(path);
  const isName = /^\/(?:[^/]*[^/.][^/]*)$/.test(path.slice(folder === "/" ? 0 : folder.length));
  return isName && image.paths.get(folder)?.member.type === "directory" ? { real: null, links: NO_LINKS, nearest: folder } : null;
}
