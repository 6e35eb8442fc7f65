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

/** Follows a path component by component as the kernel does, inside the image. `isLast` false leaves a link at the end unfollowed. */
export function resolvePath(image: ImageFiles, path: string, followsLast = true): Resolution {
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
