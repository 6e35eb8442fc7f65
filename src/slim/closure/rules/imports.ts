import { type ImageFiles, parentOf } from "../../inspect/image-files.ts";
import type { Rule } from "../closure.ts";
import { factsOf, type ImageFacts } from "../facts.ts";
import type { Language } from "./language.ts";
import { resolvePath } from "../resolve.ts";
import { LANGUAGES } from "./languages.ts";

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_COMPILED = 16 * 1024 * 1024;

/**
 * The modules that the sources of a language name, kept in their turn with what they name. Of a library only what it loads with itself and
 * its own parts: what it would load of others in some case is most of all there is.
 */
export function importRules(image: ImageFiles, isOwn: (path: string) => boolean): Rule[] {
  return LANGUAGES.map((language) => {
    const imports = importsOf(image, language);
    const followed = new Set<string>();
    return {
      name: language.name,
      level: "module",
      follow(path, file, closure) {
        if (file.member.type !== "file" || followed.has(path) || !imports.isSource(path)) return;
        followed.add(path);
        if (file.member.size > (path.endsWith(".so") ? MAX_COMPILED : MAX_BYTES)) return;
        for (const found of imports.of(path, isOwn(path))) closure.keep(found, { rule: language.name, because: path, level: "module" });
      },
    };
  });
}

const known = new WeakMap<ImageFiles, Map<string, Imports>>();

/** The imports of an image's sources stay the same from one closure to the next. */
function importsOf(image: ImageFiles, language: Language): Imports {
  const ofImage = known.get(image) ?? new Map<string, Imports>();
  known.set(image, ofImage);
  const imports = ofImage.get(language.name) ?? new Imports(image, language);
  ofImage.set(language.name, imports);
  return imports;
}

class Imports {
  readonly #image: ImageFiles;
  readonly #facts: ImageFacts;
  readonly #language: Language;
  readonly #roots: readonly Root[];
  readonly #known = new Map<string, readonly string[]>();
  readonly #read = new Map<string, ReadonlySet<string>>();

  constructor(image: ImageFiles, language: Language) {
    this.#image = image;
    this.#facts = factsOf(image);
    this.#language = language;
    this.#roots = rootsOf(image, [...new Set(language.roots.flatMap((glob) => this.#facts.matching(glob)))]);
  }

  isSource(path: string): boolean {
    if (this.#language.files.test(path)) return true;
    return this.#facts.firstLine(path)?.some((word) => this.#language.interpreter.test(word)) === true;
  }

  /** The files of the modules that a source names. */
  of(path: string, isOwn: boolean): ReadonlySet<string> {
    const read = this.#read.get(path) ?? this.#look(path, isOwn);
    this.#read.set(path, read);
    return read;
  }

  #look(path: string, isOwn: boolean): ReadonlySet<string> {
    const source = this.#image.read(path).toString("latin1");
    const text = this.#language.prose === undefined ? source : source.replaceAll(this.#language.prose, "");
    const family = isOwn ? "" : this.#familyOf(path);
    const found = new Set<string>();
    for (const { name, isLate } of this.#language.names(text, path)) {
      const isTaken = isOwn || !isLate || name.startsWith(".") || name.split(this.#language.separator)[0] === family;
      if (isTaken) for (const one of this.#find(name, path, isOwn)) found.add(one);
    }
    return found;
  }

  #find(name: string, path: string, isOwn: boolean): readonly string[] {
    const dots = /^\.*/.exec(name)?.[0].length ?? 0;
    if (dots > 0) return this.#relative(ancestor(path, dots), name.slice(dots).replace(/^\//, ""));
    const near = this.#in(this.#language.near(path).map(plainRoot), name);
    if (near.length > 0) return near;
    const known = this.#known.get(name) ?? this.#in(this.#roots, name);
    this.#known.set(name, known);
    return known.length > 0 || !isOwn ? known : this.#in([plainRoot(parentOf(path))], name);
  }

  /** A path from a folder on may go up again. */
  #relative(folder: string, name: string): readonly string[] {
    return name.startsWith("../")
      ? this.#relative(parentOf(folder), name.slice(3))
      : this.#in([plainRoot(folder === "/" ? "" : folder)], name);
  }

  #in(roots: readonly Root[], name: string): readonly string[] {
    const places = this.#language.places(name);
    return places.flatMap((place) =>
      firstOf(roots, ({ asked, real }) => matching(this.#image, `${real}/${place}`).map((found) => asked + found.slice(real.length))),
    );
  }

  #familyOf(path: string): string {
    const root = [...this.#roots.map(({ real }) => real), ...this.#language.near(path)].filter((one) => path.startsWith(`${one}/`));
    const longest = root.reduce((best, one) => (one.length > best.length ? one : best), "");
    return path.slice(longest.length + 1).split(/[/.]/)[0] ?? "";
  }
}

/** A folder of modules by the name that the interpreter has for it, and without links. */
interface Root {
  readonly asked: string;
  readonly real: string;
}

function plainRoot(folder: string): Root {
  return { asked: folder, real: folder };
}

/** Where a link and its target are both found, the interpreter's name for it is the link. */
function rootsOf(image: ImageFiles, folders: readonly string[]): readonly Root[] {
  const roots = folders.map((asked) => ({ asked, real: resolvePath(image, asked).real ?? asked }));
  const linked = new Set(roots.filter(({ asked, real }) => asked !== real).map(({ real }) => real));
  return roots.filter(({ asked, real }) => asked !== real || !linked.has(real));
}

function firstOf(roots: readonly Root[], look: (root: Root) => readonly string[]): readonly string[] {
  for (const root of roots) {
    const found = look(root);
    if (found.length > 0) return found;
  }
  return [];
}

/** One dot is the source's own folder, each further one the folder above. */
function ancestor(path: string, dots: number): string {
  let folder = parentOf(path);
  for (let level = 1; level < dots; level++) folder = parentOf(folder);
  return folder;
}

/** Names are looked up often: only a `*` makes the folder be read. */
function matching(image: ImageFiles, place: string): readonly string[] {
  if (!place.includes("*")) return image.paths.has(place) ? [place] : [];
  const slash = place.lastIndexOf("/");
  const [head = "", tail = ""] = place.slice(slash + 1).split("*");
  const folder = place.slice(0, slash);
  const start = `${folder}/${head}`;
  const dot = head.indexOf(".");
  const names = dot === -1 ? image.children.get(folder) : factsOf(image).stemmed(folder, head.slice(0, dot));
  return (names ?? []).filter((path) => path.startsWith(start) && path.endsWith(tail));
}
