import { type ImageFiles, parentOf } from "../../inspect/image-files.ts";
import type { Rule } from "../closure.ts";
import { isRun } from "../packages.ts";
import { LANGUAGES } from "./languages.ts";

const MAX_SOURCE = 2 * 1024 * 1024;
const MAX_BYTES = 1024 * 1024;
/** A name that so many files have says nothing about one of them. */
const MANY = 8;
const FILE_TEXT = /["'`]((?:[\w.-]+\/)*[\w-][\w.-]*\.[A-Za-z]\w{0,7})["'`]/g;

const isSource = (path: string): boolean => LANGUAGES.some(({ files }) => files.test(path));

/** The data that a library's sources name and that lies with them: a page for errors, a list of names. */
export function dataFilesRule(image: ImageFiles): Rule {
  const named = byName(image);
  return {
    name: "data-files",
    level: "module",
    follow(path, file, closure) {
      if (file.member.type !== "file" || file.member.size > MAX_SOURCE || !isSource(path)) return;
      const folder = `${parentOf(path)}/`;
      for (const text of new Set([...image.read(path).toString("latin1").matchAll(FILE_TEXT)].map((match) => match[1] ?? ""))) {
        const found = (named().get(text.slice(text.lastIndexOf("/") + 1)) ?? []).filter(
          (one) => one.startsWith(folder) && one.endsWith(`/${text}`),
        );
        if (found.length <= MANY) for (const one of found) closure.keep(one, { rule: "data-files", because: path, level: "module" });
      }
    },
  };
}

const known = new WeakMap<ImageFiles, ReadonlyMap<string, readonly string[]>>();

/** The small files of an image that are no sources, by their last name; found when first asked for. */
function byName(image: ImageFiles): () => ReadonlyMap<string, readonly string[]> {
  return () => {
    const found = known.get(image) ?? read(image);
    known.set(image, found);
    return found;
  };
}

function read(image: ImageFiles): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>();
  for (const [path, { member }] of image.paths) {
    if (member.type !== "file" || member.size > MAX_BYTES || isSource(path) || !isRun(path)) continue;
    const name = path.slice(path.lastIndexOf("/") + 1);
    const others = named.get(name);
    if (others === undefined) named.set(name, [path]);
    else others.push(path);
  }
  return named;
}
