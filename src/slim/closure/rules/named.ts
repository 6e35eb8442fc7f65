import type { ImageFiles } from "../../inspect/image-files.ts";
import type { Closure, Rule } from "../closure.ts";
import { factsOf, type ImageFacts } from "../facts.ts";
import type { LibrarySearch } from "../library-search.ts";
import { isOwn, type PackageIndex } from "../packages.ts";
import { resolvePath } from "../resolve.ts";
import { programFolders } from "./interpreter.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const SHELL = /^#![^\n]*\b(?:sh|bash|dash|ash|zsh|ksh)\b/;
const PATH_TEXT = /(?<![\w./-])\/[\w.+-]+(?:\/[\w.+@-]+)+|(?<![\w./-])\/(?:etc|opt|srv|var|home|root)\/[\w.+-]+/g;
const LIBRARY_TEXT = /\b[\w+-]+\.so(?:\.\d+)*/g;
const MAX_NAMED = 500;
/** Data of the package managers and of the system: it names every program there is, and many a program names it. Nothing follows from that. */
const SYSTEM_DATA =
  /^\/(?:var\/(?:lib\/(?:dpkg|apt|rpm|pacman)|cache|log)|lib\/apk|usr\/lib\/sysimage|etc\/(?:apt|dpkg)|dev|proc|sys)(?:\/|$)|^\/etc\/(?:passwd|group|g?shadow|sub[ug]id|shells|profile|fstab|mtab|motd|issue(?:\.net)?|environment|hosts|host\.conf|hostname|services|protocols|login\.defs)-?$/;

/** Where names lead in an image. */
interface Names {
  readonly packages: PackageIndex;
  readonly facts: ImageFacts;
  readonly programs: ReadonlyMap<string, string>;
  readonly search: LibrarySearch;
}

/** What a program names in its text: the programs a shell script calls, and what an application's own code names by its whole path or opens as a library. */
export function namedRule(image: ImageFiles, given: Pick<Names, "packages" | "search"> & { readonly env: readonly string[] }): Rule {
  const { packages, search, env } = given;
  const names: Names = { packages, search, facts: factsOf(image), programs: programsOf(image, env) };
  return {
    name: "named",
    level: "module",
    follow(path, file, closure) {
      if (file.member.type !== "file" || file.member.size > MAX_BYTES || SYSTEM_DATA.test(path)) return;
      const isScript = SHELL.test(names.facts.head(path).toString("latin1"));
      if (!isOwn(packages, path) && !isScript) return;
      const text = image.read(path).toString("latin1");
      if (isOwn(packages, path)) followOwn(closure, { path, text, names });
      if (isScript) keepPrograms(closure, { words: shellWords(text), programs: names.programs, path });
      else if (names.facts.isText(path)) keepPrograms(closure, { words: quotedWords(text), programs: names.programs, path });
    },
  };
}

interface OwnFile {
  readonly path: string;
  readonly text: string;
  readonly names: Names;
}

/** A program names much that it never uses; only what its application brought itself is taken from it. */
function followOwn(closure: Closure, { path, text, names }: OwnFile): void {
  const isText = names.facts.isText(path);
  for (const one of wordsIn(text, PATH_TEXT)) {
    const real = resolvePath(closure.image, one).real;
    if (real === null || SYSTEM_DATA.test(one) || (!isText && names.packages.ownerOf.has(real))) continue;
    const type = closure.image.paths.get(real)?.member.type;
    if (type === "file" || type === "hardlink") closure.keep(one, { rule: "named", because: path, level: "module" });
  }
  if (names.facts.elf(path)?.names.includes("\0dlopen\0") !== true) return;
  for (const library of wordsIn(text, LIBRARY_TEXT))
    for (const found of names.search.opened(path, library)) closure.keep(found, { rule: "named:library", because: path, level: "module" });
}

function wordsIn(text: string, pattern: RegExp): string[] {
  return [...new Set(text.match(pattern)?.slice(0, MAX_NAMED) ?? [])].sort();
}

interface Programs {
  readonly words: readonly string[];
  readonly programs: ReadonlyMap<string, string>;
  readonly path: string;
}

function keepPrograms(closure: Closure, { words, programs, path }: Programs): void {
  for (const word of new Set(words)) {
    const program = programs.get(word.slice(word.lastIndexOf("/") + 1));
    if (program !== undefined) closure.keep(program, { rule: "named", because: path, level: "module" });
  }
}

function shellWords(text: string): string[] {
  return text.replaceAll(/(?:^|\s)#[^\n]*/g, " ").match(/[\w./+-]+/g) ?? [];
}

function quotedWords(text: string): string[] {
  return [...text.matchAll(/["'`]([\w./+-]{2,40})["'` ]/g)].map((match) => match[1] ?? "");
}

function programsOf(image: ImageFiles, env: readonly string[]): Map<string, string> {
  const programs = new Map<string, string>();
  for (const folder of programFolders(env)) {
    for (const path of image.children.get(folder) ?? [])
      if (!programs.has(path.slice(folder.length + 1))) programs.set(path.slice(folder.length + 1), path);
  }
  return programs;
}
