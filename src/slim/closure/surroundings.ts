import { type ImageFiles, parentOf } from "../inspect/image-files.ts";
import type { Closure } from "./closure.ts";
import { everydayCommands } from "./everyday.ts";
import { factsOf } from "./facts.ts";
import type { LibrarySearch } from "./library-search.ts";
import { isMaintenance, isOwn, isRun, type PackageIndex, packagesOf, siblingsOf } from "./packages.ts";
import { Pricing } from "./pricing.ts";
import { resolvePath } from "./resolve.ts";
import { LANGUAGES } from "./rules/languages.ts";

/** What may be spent: a part of the size so far, or a least sum for small images. */
interface Allowance {
  readonly share: number;
  readonly least: number;
}

/** What the application's text names and plugins are worth more than what merely lies near. */
const ALLOWANCES = {
  mentioned: { share: 0.1, least: 4_000_000 },
  plugins: { share: 0.12, least: 4_000_000 },
  rest: { share: 0.1, least: 2_000_000 },
  everyday: { share: 0.02, least: 2_200_000 },
  all: { share: 0.15, least: 6_000_000 },
} as const;
/** One file that costs more, with all it needs, is no small price. */
const DEAR_BYTES = 4_000_000;
const SMALL_BYTES = 2_000_000;

interface Offer {
  readonly path: string;
  readonly of: string;
  /** 5: an everyday command; 0: settings, and plugins beside one that was used; 1: what else lies in a folder that was used; 2: commands; 3: the rest; 4: of a package from the same source. */
  readonly rank: number;
}

/** Keeps the rest of the packages that were used, the nearest and cheapest files first, up to a part of what was touched. */
export function keepSurroundings(closure: Closure, packages: PackageIndex, search: LibrarySearch): void {
  const size = closure.bytes();
  const allowed = ({ share, least }: Allowance): number => Math.max(least, size * share);
  const imported = packagesOf(packages, importedFiles(closure, packages)).filter((name) => isSmall(closure, packages, name));
  const touched = packagesOf(packages, touchedFiles(closure));
  const used = [...new Set([...touched, ...imported])].filter((name) => !isMaintenance(name));
  keepFolders(closure, packages, used);
  const offers = offersOf(closure, packages, used);
  const pricing = new Pricing(closure, search);
  let total = allowed(ALLOWANCES.all);
  const spend = (chosen: readonly Offer[], sum: number): number => {
    let left = Math.min(sum, total);
    const priced = chosen.map((offer) => ({ offer, price: pricing.of(offer.path) }));
    for (const { offer } of priced.sort((a, b) => a.price - b.price || (a.offer.path < b.offer.path ? -1 : 1))) {
      const price = pricing.of(offer.path);
      if (price > Math.min(left, DEAR_BYTES) || !pricing.isUsable(offer.path)) continue;
      left -= price;
      total -= price;
      keepWithNeeds(closure, offer, search);
    }
    return left;
  };
  takeMentioned(closure, { packages, offers, spend, sum: allowed(ALLOWANCES.mentioned) });
  const ranked = (rank: number): Offer[] => offers.filter((offer) => offer.rank === rank && !closure.has(offer.path));
  spend(ranked(0), allowed(ALLOWANCES.plugins));
  let rest = allowed(ALLOWANCES.rest);
  for (const rank of [1, 2, 3, 4]) rest = spend(ranked(rank), rest);
  total = allowed(ALLOWANCES.everyday);
  const everyday = everydayCommands(closure).map((path) => ({ path, of: "everyday", rank: 5 }));
  spend(everyday, total);
}

interface Mentioned {
  readonly packages: PackageIndex;
  readonly offers: readonly Offer[];
  readonly spend: (offers: readonly Offer[], sum: number) => number;
  readonly sum: number;
}

const MENTION_ROUNDS = 3;
/** Commands that a text names are kept by another rule. */
const MENTIONED: ReadonlySet<number> = new Set([0, 1, 3]);

/** Files whose name an application's own text has as a word, and then those that these mention: how modules are named in every language. */
function takeMentioned(closure: Closure, { packages, offers, spend, sum }: Mentioned): void {
  // What the import rules read has been followed further than by words.
  const unread = offers.filter(({ rank, path }) => MENTIONED.has(rank) && !LANGUAGES.some(({ files }) => files.test(path)));
  let left = sum;
  let texts = [...closure.reasons().keys()].filter((path) => isOwn(packages, path) && !SETTING.test(path));
  for (let round = 0; round < MENTION_ROUNDS && texts.length > 0; round++) {
    const words = wordsIn(closure.image, texts);
    const mentioned = unread.filter((offer) => !closure.has(offer.path) && words.has(stemOf(offer.path)));
    left = spend(mentioned, left);
    texts = mentioned.map((offer) => offer.path).filter((path) => closure.has(path));
  }
}

const MAX_TEXT = 1024 * 1024;

function wordsIn(image: ImageFiles, paths: readonly string[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const path of paths) {
    const member = image.paths.get(path)?.member;
    if (member?.type !== "file" || member.size > MAX_TEXT || !factsOf(image).isText(path)) continue;
    for (const word of image
      .read(path)
      .toString("latin1")
      .match(/[A-Za-z][\w-]{2,}/g) ?? [])
      words.add(word);
  }
  return words;
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.[\w.]+$/, "");
}

/** Folders where a program writes: it stops without them, and they weigh nothing. */
function keepFolders(closure: Closure, packages: PackageIndex, used: readonly string[]): void {
  for (const name of used) {
    for (const path of packages.filesOf.get(name) ?? [])
      if (/^\/(?:var|run|etc|srv)\//.test(path) && closure.image.paths.get(path)?.member.type === "directory")
        closure.keep(path, { rule: "surroundings:folder", because: name, level: "module" });
  }
}

function offersOf(closure: Closure, packages: PackageIndex, used: readonly string[]): Offer[] {
  const folders = new Set(
    touchedFiles(closure)
      .map(parentOf)
      .filter((folder) => !OF_MANY.test(folder)),
  );
  const own = used.flatMap((name) => filesOf(closure, packages, name).map((path) => ({ path, of: name, rank: rankOf(path, folders) })));
  const siblings = siblingsOf(packages, used).flatMap((name) =>
    filesOf(closure, packages, name).map((path) => ({ path, of: name, rank: 4 })),
  );
  return [...own, ...siblings];
}

function filesOf(closure: Closure, packages: PackageIndex, name: string): string[] {
  return (packages.filesOf.get(name) ?? []).filter((path) => {
    const type = closure.image.paths.get(path)?.member.type;
    return !closure.has(path) && isRun(path) && !isPublicLibrary(path) && (type === "file" || type === "hardlink" || type === "symlink");
  });
}

const COMMAND = /^\/(?:usr\/(?:local\/)?)?s?bin\/|\/bin\/[^/]+$/;
const PLUGIN = /\.so(?:\.\d+)*$/;
const SETTING = /^\/etc\//;
/** Folders that hold files of many packages side by side. */
const OF_MANY =
  /^\/(?:etc|(?:usr\/)?(?:s?bin|lib(?:exec|32|64)?|share)(?:\/[^/]+-linux-[^/]+)?|usr\/share\/[^/]+|usr\/lib\/(?:systemd|tmpfiles\.d).*)$/;

function rankOf(path: string, folders: ReadonlySet<string>): number {
  const isBeside = folders.has(parentOf(path));
  if (SETTING.test(path) || (isBeside && PLUGIN.test(path))) return 0;
  if (isBeside) return 1;
  return COMMAND.test(path) ? 2 : 3;
}

/** What the Trace itself touched, without the libraries that everything shares. */
function touchedFiles(closure: Closure): string[] {
  const touched = [...closure.reasons()].filter(([, reason]) => reason.rule === "trace");
  return touched.map(([path]) => path).filter((path) => closure.image.paths.get(path)?.member.type === "file" && !isPublicLibrary(path));
}

const IMPORT_RULES: ReadonlySet<string> = new Set(LANGUAGES.map(({ name }) => name));

/** What the application's own sources name as modules: a library of which nothing ran yet, with data that its sources do not name. */
function importedFiles(closure: Closure, packages: PackageIndex): string[] {
  const imported = [...closure.reasons()].filter(([, { rule, because }]) => IMPORT_RULES.has(rule) && isOwn(packages, because));
  return imported.map(([path]) => path);
}

/** A package of one purpose; what is beside a module in a large one has little to do with it. */
function isSmall(closure: Closure, packages: PackageIndex, name: string): boolean {
  const sizes = (packages.filesOf.get(name) ?? []).filter(isRun).map((path) => closure.image.paths.get(path)?.member.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0) <= SMALL_BYTES;
}

/** A library that is found by its name alone: it is of use only to what names it. */
function isPublicLibrary(path: string): boolean {
  return /\.so(?:\.[\w.]+)?$/.test(path) && OF_MANY.test(parentOf(path));
}

function keepWithNeeds(closure: Closure, { path, of }: Offer, search: LibrarySearch): void {
  const real = closure.keep(path, { rule: "surroundings", because: of, level: "module" });
  const waiting = real === null ? [] : [real];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const { name, found } of search.needsOf(one)) {
      for (const library of found) {
        const target = resolvePath(closure.image, library).real;
        if (target === null || closure.has(target)) continue;
        closure.keep(library, { rule: "elf", because: `${one} needs ${name}`, level: "module" });
        waiting.push(target);
      }
    }
  }
}
