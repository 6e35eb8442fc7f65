import { type ElfFile, isElf, readElf } from "../../format/elf/read-elf.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import { matchPaths } from "./glob.ts";

const HEAD_BYTES = 256;
const NO_ELF = 52;

/** What the rules read of an image's files again and again, read once. */
export class ImageFacts {
  readonly #image: ImageFiles;
  readonly #heads = new Map<string, Buffer>();
  readonly #elves = new Map<string, ElfFile | null>();
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

  #sizeOf(path: string): number {
    const file = this.#image.paths.get(path);
    return (file?.hardLink ? this.#image.paths.get(file.hardLink) : file)?.member.size ?? 0;
  }
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
