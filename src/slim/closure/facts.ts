import { type ElfFile, isElf, readElf } from "../../format/elf/read-elf.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import { matchPaths } from "./glob.ts";

const HEAD_BYTES = 256;
const NO_ELF = 52;
/** What even a program needs that brings all else with it. */
const PLAIN_LIBRARIES = /^(?:lib(?:c|m|dl|rt|pthread|resolv|util|gcc_s)\.so|libc\.musl|ld-)/;
const MAX_PROGRAM = 256 * 1024 * 1024;

/** What the rules read of an image's files again and again, read once. */
export class ImageFacts {
  readonly #image: ImageFiles;
  readonly #heads = new Map<string, Buffer>();
  readonly #elves = new Map<string, ElfFile | null>();
  readonly #mentions = new Map<string, boolean>();
  readonly #stems = new Map<string, ReadonlyMap<string, readonly string[]>>();
  readonly #matches = new Map<string, readonly string[]>();

  constructor(image: ImageFiles) {
    this.#image = image;
  }

  /** The first bytes of a file. */
  head(path: string): Buffer {
    return remembered(this.#heads, path, () => this.#image.read(path, 0, HEAD_BYTES));
  }

  /** The file as a program or library; null when it is none. */
  elf(path: string): ElfFile | null {
    return remembered(this.#elves, path, () => {
      const size = this.#sizeOf(path);
      if (size < NO_ELF || !isElf(this.head(path))) return null;
      return readElf((offset, length) => this.#image.read(path, offset, length));
    });
  }

  /** True for a program that needs the C library's own libraries at most and has this text in it. */
  isSelfContained(path: string, text: string): boolean {
    return remembered(this.#mentions, `${text}\0${path}`, () => {
      const elf = this.elf(path);
      if (elf === null || !elf.needed.every((name) => PLAIN_LIBRARIES.test(name)) || this.#sizeOf(path) > MAX_PROGRAM) return false;
      return this.#image.read(path).includes(text, 0, "latin1");
    });
  }

  /** The words of a script's first line after `#!`; null for another file. */
  firstLine(path: string): readonly string[] | null {
    const line = /^#![ \t]*([^\n]*)/.exec(this.head(path).toString("latin1"))?.[1];
    return line === undefined ? null : line.trim().split(/\s+/);
  }

  /** True for a file without NUL among its first bytes. */
  isText(path: string): boolean {
    return !this.head(path).includes(0);
  }

  /** The paths that a glob names. */
  matching(glob: string): readonly string[] {
    return remembered(this.#matches, glob, () => matchPaths(this.#image, glob));
  }

  /** What is directly in a folder and has this name up to its first dot. */
  stemmed(folder: string, stem: string): readonly string[] {
    const byStem = remembered(this.#stems, folder, () => byStemOf(this.#image, folder));
    return byStem.get(stem) ?? [];
  }

  #sizeOf(path: string): number {
    const file = this.#image.paths.get(path);
    return (file?.hardLink ? this.#image.paths.get(file.hardLink) : file)?.member.size ?? 0;
  }
}

function byStemOf(image: ImageFiles, folder: string): ReadonlyMap<string, readonly string[]> {
  const byStem = new Map<string, string[]>();
  for (const path of image.children.get(folder) ?? []) {
    const stem = stemOf(path, folder);
    const same = byStem.get(stem);
    if (same === undefined) byStem.set(stem, [path]);
    else same.push(path);
  }
  return byStem;
}

function stemOf(path: string, folder: string): string {
  const name = path.slice(folder.length + 1);
  const dot = name.indexOf(".");
  return dot === -1 ? name : name.slice(0, dot);
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found ?? make();
  const made = make();
  known.set(key, made);
  return made;
}

const facts = new WeakMap<ImageFiles, ImageFacts>();

/** The facts of an image; the same object for the same image, so that one closure after another finds them read. */
export function factsOf(image: ImageFiles): ImageFacts {
  const known = facts.get(image) ?? new ImageFacts(image);
  facts.set(image, known);
  return known;
}
