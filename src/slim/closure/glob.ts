import type { ImageFiles } from "../inspect/image-files.ts";
import { resolvePath } from "./resolve.ts";

const TOKEN = /\*\*|\*|\?|\{[^}]*\}|[.+^$()|[\]\\{}]/g;

/** A glob of `*`, `**`, `?` and `{a,b}` as a regular expression for whole paths. */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(TOKEN, (token) => {
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (!token.startsWith("{") || token.length === 1) return `\\${token}`;
    const words = token.slice(1, -1).split(",");
    return `(?:${words
      .map((word) =>
        word
          .replace(/[.+^$()|[\]\\]/g, "\\$&")
          .replaceAll("*", "[^/]*")
          .replaceAll("?", "[^/]"),
      )
      .join("|")})`;
  });
  return new RegExp(`^${source}$`);
}

/** What a user's glob names among an image's real paths: links in its fixed part are followed, and a folder stands for all that is in it. */
export function askedPattern(image: ImageFiles, glob: string): RegExp {
  const asked = glob.replace(/\/+$/, "");
  const folder = fixedFolder(asked);
  const real = resolvePath(image, folder).real ?? folder;
  const source = globPattern((real === "/" ? "" : real) + asked.slice(folder.length)).source;
  return new RegExp(source.replace(/\$$/, "(?:/.*)?$"));
}

/** The folder of a glob that holds all that it can name; "" for the root. */
export function fixedFolder(glob: string): string {
  return glob.slice(0, glob.slice(0, glob.search(/[*?{]|$/)).lastIndexOf("/"));
}

/** The image's paths that a glob names, folders included, in the order of the tree. Only the folders that can match are walked; a link in the fixed part is followed. */
export function matchPaths(image: ImageFiles, glob: string): string[] {
  const parts = glob.split("/").filter((part) => part !== "");
  const fixed = parts.findIndex((part) => /[*?{]/.test(part));
  const start = resolvePath(image, `/${parts.slice(0, fixed < 0 ? parts.length : fixed).join("/")}`).real;
  if (start === null) return [];
  return fixed < 0 ? [start] : below(image, start, parts.slice(fixed));
}

function below(image: ImageFiles, folder: string, parts: readonly string[]): string[] {
  const [part = "", ...rest] = parts;
  const children = image.children.get(folder) ?? [];
  if (part === "**") {
    const tail = rest.length === 0 ? null : globPattern(`**/${rest.join("/")}`);
    return [...descendants(image, folder)].filter((path) => tail === null || tail.test(path.slice(folder === "/" ? 0 : folder.length)));
  }
  const pattern = globPattern(part);
  const named = children.filter((path) => pattern.test(path.slice(path.lastIndexOf("/") + 1)));
  return rest.length === 0 ? named : named.flatMap((path) => below(image, path, rest));
}

/** All paths below a folder; links are not followed. */
export function* descendants(image: ImageFiles, folder: string): Generator<string, void, void> {
  for (const path of image.children.get(folder) ?? []) {
    yield path;
    yield* descendants(image, path);
  }
}
