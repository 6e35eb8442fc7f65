import type { ImageFiles } from "../../inspect/image-files.ts";
import type { Closure, Rule } from "../closure.ts";
import { factsOf, type ImageFacts } from "../facts.ts";
import type { LibrarySearch } from "../library-search.ts";
import { isOwn, type PackageIndex } from "../packages.ts";
import { resolvePath } from "../resolve.ts";
import { programFolders } from "./interpreter.ts";

const MAX_BYTES = 4 * 1024 * 1024;
const SHELL = /^#![^\n]*\b(?:sh|bash|dash|ash|zsh|ksh)\b/;
const SHELL_NAME = /\.(?:sh|bash|ash|ksh|zsh)$/;
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
      const isOfApplication = isOwn(packages, path);
      const isScript = SHELL.test(names.facts.head(path).toString("latin1")) || (isOfApplication && SHELL_NAME.test(path));
      if (!isOfApplication && !isScript) return;
      const text = image.read(path).toString("latin1");
      if (isOfApplication) followOwn(closure, { path, text, names });
      if (isScript) {
        const begun = shellBeginnings(text);
        const programs = begun.length === 0 ? [] : [...names.programs.keys()].filter((name) => begun.some((one) => name.startsWith(one)));
        keepPrograms(closure, { words: [...shellWords(text), ...programs], programs: names.programs, path });
      } else if (names.facts.isText(path)) {
        const words = quotedWords(text);
        if (keepPrograms(closure, { words, programs: names.programs, path })) keepShell(closure, path);
      }
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
  const imported = names.facts.elf(path)?.names;
  if (imported?.includes("\0system\0") === true || imported?.includes("\0popen\0") === true) {
    keepShell(closure, path);
    keepPrograms(closure, { words: wordsOfCommands(text.match(COMMAND_LINE) ?? []), programs: names.programs, path });
  }
  if (imported?.includes("\0dlopen\0") !== true) return;
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

function keepPrograms(closure: Closure, { words, programs, path }: Programs): boolean {
  const named = [...new Set(words)].map((word) => programs.get(word.slice(word.lastIndexOf("/") + 1))).filter((one) => one !== undefined);
  for (const program of named) closure.keep(program, { rule: "named", because: path, level: "module" });
  return named.length > 0;
}

/** Who starts other programs does it through the shell in most languages. */
function keepShell(closure: Closure, path: string): void {
  if (resolvePath(closure.image, "/bin/sh").real !== null) closure.keep("/bin/sh", { rule: "named:shell", because: path, level: "module" });
}

function shellWords(text: string): string[] {
  return text.replaceAll(/(?:^|\s)#[^\n]*/g, " ").match(/[\w./+-]+/g) ?? [];
}

/** The beginnings of names that a script ends with a variable: `ps2pdf$version`. */
function shellBeginnings(text: string): string[] {
  return [...text.matchAll(/(?:^|[\s/"'])([a-z][\w+-]{3,})\$\{?\w/gm)].map((match) => match[1] ?? "");
}

/** Texts in quotes, but for the names of modules. */
const QUOTED = /(?<!\b(?:require|require_relative|import|from|use|load)[ (]{0,2})(["'`])([\w./+-][^"'`\n]{1,200})\1/g;

/** A text in a program that may be a command with its arguments. */
const COMMAND_LINE = /[\w./+-]{2,}(?: [\x20-\x7e]{1,200})/g;

function quotedWords(text: string): string[] {
  return wordsOfCommands([...text.matchAll(QUOTED)].map((match) => match[2] ?? ""));
}

/** The first word of every command in a line: `sort file | head -1` names two. */
function wordsOfCommands(lines: readonly string[]): string[] {
  const commands = lines.flatMap((line) => line.split(/[|;&]+|\$\(/));
  return commands.map((command) => /^\s*([\w./+-]+)/.exec(command)?.[1] ?? "").filter((word) => word.length > 1);
}

function programsOf(image: ImageFiles, env: readonly string[]): Map<string, string> {
  const programs = new Map<string, string>();
  for (const folder of programFolders(env)) {
    for (const path of image.children.get(folder) ?? [])
      if (!programs.has(path.slice(folder.length + 1))) programs.set(path.slice(folder.length + 1), path);
  }
  return programs;
}
