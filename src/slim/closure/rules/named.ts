import type { ImageFiles } from "../../inspect/image-files.ts";
import type { Closure, Rule } from "../closure.ts";
import type { PackageIndex } from "../packages.ts";
import { resolvePath } from "../resolve.ts";
import { PROGRAM_FOLDERS } from "./interpreter.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const SHELL = /^#![^\n]*\b(?:sh|bash|dash|ash|zsh|ksh)\b/;
const PATH_TEXT = /(?<![\w./-])\/[\w.+-]+(?:\/[\w.+@-]+)+|(?<![\w./-])\/(?:etc|opt|srv|var|home|root)\/[\w.+-]+/g;
const MAX_NAMED = 500;
/** Data of the package managers and of the system: it names every program there is, and many a program names it. Nothing follows from that. */
const SYSTEM_DATA =
  /^\/(?:var\/(?:lib\/(?:dpkg|apt|rpm|pacman)|cache|log)|lib\/apk|usr\/lib\/sysimage|etc\/(?:apt|dpkg)|dev|proc|sys)(?:\/|$)|^\/etc\/(?:passwd|group|g?shadow|sub[ug]id|shells|profile|fstab|mtab|motd|issue(?:\.net)?|environment|hosts|host\.conf|hostname|services|protocols|login\.defs)-?$/;

/** What a program names in its text: the programs a shell script calls, and the files that an application's own code names by their whole path. */
export function namedRule(image: ImageFiles, packages: PackageIndex): Rule {
  const programs = programsOf(image);
  return {
    name: "named",
    level: "module",
    follow(path, file, closure) {
      if (file.member.type !== "file" || file.member.size > MAX_BYTES || SYSTEM_DATA.test(path)) return;
      const isOwn = !packages.ownerOf.has(path);
      const head = image.read(path, 0, 128).toString("latin1");
      if (!isOwn && !SHELL.test(head)) return;
      const text = image.read(path).toString("latin1");
      // A program names much that it never uses; only what its application brought itself is taken from it.
      const isNamed = isText(head) ? () => true : (named: string) => !packages.ownerOf.has(resolvePath(image, named).real ?? named);
      if (isOwn) keepNamedPaths(closure, { text, path, isNamed });
      if (SHELL.test(head)) keepPrograms(closure, { words: shellWords(text), programs, path });
      else if (isOwn && isText(head)) keepPrograms(closure, { words: quotedWords(text), programs, path });
    },
  };
}

interface NamedPaths {
  readonly text: string;
  readonly path: string;
  readonly isNamed: (path: string) => boolean;
}

function keepNamedPaths(closure: Closure, { text, path, isNamed }: NamedPaths): void {
  const named = new Set(text.match(PATH_TEXT)?.slice(0, MAX_NAMED) ?? []);
  for (const one of [...named].sort()) {
    if (SYSTEM_DATA.test(one) || !isNamed(one)) continue;
    const type = closure.image.paths.get(one)?.member.type;
    if (type === "file" || type === "symlink") closure.keep(one, { rule: "named", because: path, level: "module" });
  }
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

function isText(head: string): boolean {
  return !head.includes("\0");
}

function programsOf(image: ImageFiles): Map<string, string> {
  const programs = new Map<string, string>();
  for (const folder of PROGRAM_FOLDERS) {
    for (const path of image.children.get(folder) ?? [])
      if (!programs.has(path.slice(folder.length + 1))) programs.set(path.slice(folder.length + 1), path);
  }
  return programs;
}
