import type { ElfFile } from "../../format/elf/read-elf.ts";
import { type ImageFiles, parentOf } from "../inspect/image-files.ts";
import { factsOf, type ImageFacts } from "./facts.ts";
import { globPattern } from "./glob.ts";
import { resolvePath } from "./resolve.ts";

const BUILT_IN_FOLDERS = ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib"];
const MAX_INCLUDES = 5;

/** A name that a program needs, and the paths the loader takes for it: one, and its variants for newer processors. */
export interface Need {
  readonly name: string;
  readonly found: readonly string[];
}

/** Finds libraries as the image's own loader does. Sources: ld.so(8), musl's dynlink.c. */
export class LibrarySearch {
  readonly #image: ImageFiles;
  readonly #facts: ImageFacts;
  /** LD_LIBRARY_PATH of the image's settings. */
  readonly #asked: readonly string[];
  readonly #folders: readonly string[];
  readonly #needs = new Map<string, readonly Need[]>();

  constructor(image: ImageFiles, env: readonly string[]) {
    this.#image = image;
    this.#facts = factsOf(image);
    this.#asked = wordsOf(env, "LD_LIBRARY_PATH");
    this.#folders = libraryFolders(image);
  }

  /** The loader and the libraries of a file, and what its DT_RPATH finds for the libraries of its libraries. */
  needsOf(path: string): readonly Need[] {
    const known = this.#needs.get(path);
    if (known !== undefined) return known;
    const elf = this.#facts.elf(path);
    const needs = elf === null ? [] : this.#search(path, elf);
    this.#needs.set(path, needs);
    return needs;
  }

  /** Where the loader finds a library that a file opens by this name while it runs. */
  opened(path: string, name: string): readonly string[] {
    const elf = this.#facts.elf(path);
    return elf === null ? [] : this.#find(name, elf, ownFolders(path, elf));
  }

  #search(path: string, elf: ElfFile): readonly Need[] {
    const needs: Need[] = elf.interpreter === null ? [] : [{ name: elf.interpreter, found: this.#loader(elf.interpreter) }];
    const inherited = elf.runpath.length > 0 ? [] : elf.rpath.map((folder) => expanded(folder, path));
    const own = ownFolders(path, elf);
    for (const name of elf.needed) {
      const found = this.#find(name, elf, own);
      needs.push({ name, found });
      if (inherited.length > 0) needs.push(...this.#inherited(found, inherited, new Set([path])));
    }
    return needs;
  }

  #loader(interpreter: string): readonly string[] {
    return resolvePath(this.#image, interpreter).real === null ? [] : [interpreter];
  }

  /** DT_RPATH, unlike DT_RUNPATH, counts for the libraries of the libraries too. */
  #inherited(paths: readonly string[], folders: readonly string[], seen: Set<string>): Need[] {
    return paths.flatMap((path) => {
      const real = resolvePath(this.#image, path).real;
      const elf = real === null || seen.has(real) ? null : this.#facts.elf(real);
      if (elf === null || real === null) return [];
      seen.add(real);
      return elf.needed.flatMap((name) => {
        const found = this.#find(name, elf, folders);
        return [{ name, found }, ...this.#inherited(found, folders, seen)];
      });
    });
  }

  #find(name: string, elf: ElfFile, own: readonly string[]): readonly string[] {
    if (name.includes("/")) return this.#fits(name, elf) ? [name] : [];
    const rpath = elf.runpath.length > 0 ? [] : own;
    const runpath = elf.runpath.length > 0 ? own : [];
    const folder = [...rpath, ...this.#asked, ...runpath, ...this.#folders].find((one) => this.#fits(`${one}/${name}`, elf));
    if (folder === undefined) return [];
    return [`${folder}/${name}`, ...this.#facts.matching(`${folder}/glibc-hwcaps/*/${escapeGlob(name)}`)];
  }

  /** A library of another machine or width is passed over. */
  #fits(path: string, elf: ElfFile): boolean {
    const real = resolvePath(this.#image, path).real;
    const found = real === null ? null : this.#facts.elf(real);
    return found !== null && found.machine === elf.machine && found.bits === elf.bits;
  }
}

function ownFolders(path: string, elf: ElfFile): string[] {
  return (elf.runpath.length > 0 ? elf.runpath : elf.rpath).map((folder) => expanded(folder, path));
}

function expanded(folder: string, path: string): string {
  const origin = parentOf(path);
  return folder
    .replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, origin)
    .replaceAll(/\$(?:LIB\b|\{LIB\})/g, "lib")
    .replaceAll(/\$(?:PLATFORM\b|\{PLATFORM\})/g, "x86_64");
}

function escapeGlob(name: string): string {
  return name.replaceAll(/[*?{}]/g, "?");
}

/** The words of a variable in an image's settings that is a list of paths. */
export function wordsOf(env: readonly string[], name: string): string[] {
  const value = env.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  return value.split(/[:; ]/).filter((word) => word.startsWith("/"));
}

/** The loader's folders: those of its configuration, then its built-in ones (glibc multiarch, musl). */
function libraryFolders(image: ImageFiles): string[] {
  const configured = readConfiguration(image, "/etc/ld.so.conf", 0);
  const musl = (image.children.get("/etc") ?? []).filter((path) => /\/ld-musl-.*\.path$/.test(path));
  const muslFolders = musl.flatMap((path) => image.read(path).toString("utf8").split(/[:\n]/).filter(Boolean));
  const multiarch = ["/lib", "/usr/lib"].flatMap((folder) => (image.children.get(folder) ?? []).filter((path) => /-linux-/.test(path)));
  return [...new Set([...configured, ...muslFolders, ...multiarch, ...BUILT_IN_FOLDERS])];
}

function readConfiguration(image: ImageFiles, path: string, depth: number): string[] {
  const real = resolvePath(image, path).real;
  if (real === null || depth > MAX_INCLUDES) return [];
  const lines = image.read(real, 0, 65_536).toString("utf8").split("\n");
  return lines.flatMap((line) => {
    const text = line.replace(/#.*/, "").trim();
    const include = /^include\s+(\S+)$/.exec(text)?.[1];
    if (include === undefined) return text.startsWith("/") ? [text] : [];
    const pattern = globPattern(include.startsWith("/") ? include : `${parentOf(path)}/${include}`);
    const files = (image.children.get(parentOf(include)) ?? []).filter((file) => pattern.test(file));
    return files.flatMap((file) => readConfiguration(image, file, depth + 1));
  });
}
