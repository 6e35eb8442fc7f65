import type { FileAttributes } from "../../format/sftp/attributes.ts";

/** Paths here are absolute, without dots, each byte one character. */
export type WirePath = string;

export interface CachedEntry {
  readonly attributes: FileAttributes;
  /** Where a link leads, as the container has it; absent: not known. */
  readonly target?: string;
}

/** The entries of a folder as they were asked for at one time. */
export interface Listing {
  readonly own: CachedEntry;
  readonly entries: Map<string, CachedEntry>;
}

interface Held extends Listing {
  readonly until: number;
  /** Names that something was done to since. */
  readonly unsure: Set<string>;
  /** Counts what was done here. */
  version: number;
}

const MOST_ENTRIES = 200_000;
const MOST_FOLDERS = 10_000;

/** The folder of a path, and its name there; the root is in itself under no name. */
export function splitPath(path: WirePath): { readonly folder: WirePath; readonly name: string } {
  const at = path.lastIndexOf("/");
  return { folder: at <= 0 ? "/" : path.slice(0, at), name: path.slice(at + 1) };
}

/** A path as requests bring it, in the one form used here. */
export function wirePath(bytes: Buffer): WirePath {
  const names = bytes
    .toString("latin1")
    .split("/")
    .filter((name) => name !== "" && name !== ".");
  return `/${names.join("/")}`;
}

/** What is known of the container's tree. A listing knows all names of its folder, so that it also tells which are not there. */
export class TreeCache {
  readonly #now: () => number;
  readonly #folders = new Map<WirePath, Held>();
  readonly #asked = new Map<WirePath, { isStale: boolean; readonly listing: Promise<Listing | null> }>();
  readonly #written = new Map<WirePath, number>();
  readonly #looked = new Map<WirePath, number>();
  #size = 0;
  /** To be set: something was, or will be, done to a path, or below it; null: to any. */
  onForget: (path: WirePath | null, isDeep: boolean) => void = () => undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The entry, null when it is not there, undefined when that is not known. */
  look(path: WirePath): CachedEntry | null | undefined {
    if (this.#written.has(path)) return undefined;
    const own = this.#held(path);
    if (own?.version === 0) return own.own;
    const { folder, name } = splitPath(path);
    const held = this.#held(folder);
    if (name === "" || held === undefined || held.unsure.has(name)) return undefined;
    return held.entries.get(name) ?? null;
  }

  /** All entries, where none is unsure. */
  list(folder: WirePath): Listing | null {
    const held = this.#held(folder);
    return held === undefined || held.unsure.size > 0 || this.#isWrittenIn(folder) ? null : held;
  }

  holds(folder: WirePath): boolean {
    return this.#held(folder) !== undefined;
  }

  /** True from the second look into a folder on, within a time: then all of it is worth asking for. */
  isLookedIntoAgain(folder: WirePath, withinMs: number): boolean {
    const before = this.#looked.get(folder);
    if (this.#looked.size > MOST_FOLDERS) this.#looked.clear();
    this.#looked.set(folder, this.#now());
    return before !== undefined && this.#now() - before < withinMs;
  }

  /** Asks for a listing; who asks for it while it is on its way gets the same. It is kept for `keepMs` unless something was done there since. */
  ask(folder: WirePath, keepMs: number, ask: () => Promise<Listing | null>): Promise<Listing | null> {
    const running = this.#asked.get(folder);
    if (running !== undefined) return running.listing;
    const asked = { isStale: false, listing: ask() };
    this.#asked.set(folder, asked);
    return asked.listing.then((listing) => {
      if (this.#asked.get(folder) === asked) this.#asked.delete(folder);
      if (listing !== null && !asked.isStale) this.#keep(folder, listing, keepMs);
      return listing;
    });
  }

  /** To be called before one name is asked for; what it gives keeps the answer, unless something was done in the folder since. */
  expect(path: WirePath): (entry: CachedEntry | null) => void {
    const { folder, name } = splitPath(path);
    const held = this.#held(folder);
    const version = held?.version;
    return (entry) => {
      if (held === undefined || this.#folders.get(folder) !== held || held.version !== version) return;
      held.unsure.delete(name);
      if (entry === null) held.entries.delete(name);
      else held.entries.set(name, entry);
    };
  }

  /** Something was, or will be, done to a path. */
  forget(path: WirePath): void {
    this.onForget(path, false);
    const { folder, name } = splitPath(path);
    this.#doubt(folder, name);
    // The folder's own times change too.
    const above = splitPath(folder);
    this.#doubt(above.folder, above.name);
    this.#drop(path);
  }

  /** Everything below a path is different. */
  forgetBelow(path: WirePath): void {
    this.forget(path);
    this.onForget(path, true);
    for (const folder of [...this.#folders.keys(), ...this.#asked.keys()]) if (folder.startsWith(`${path}/`)) this.#drop(folder);
  }

  forgetAll(): void {
    this.onForget(null, true);
    for (const asked of this.#asked.values()) asked.isStale = true;
    this.#asked.clear();
    this.#folders.clear();
    this.#size = 0;
  }

  /** A file that is open for writing is never told from memory. */
  beginWriting(path: WirePath): void {
    this.#written.set(path, (this.#written.get(path) ?? 0) + 1);
    this.forget(path);
  }

  endWriting(path: WirePath): void {
    const left = (this.#written.get(path) ?? 1) - 1;
    if (left > 0) this.#written.set(path, left);
    else this.#written.delete(path);
    this.forget(path);
  }

  #isWrittenIn(folder: WirePath): boolean {
    for (const path of this.#written.keys()) if (splitPath(path).folder === folder) return true;
    return false;
  }

  #held(folder: WirePath): Held | undefined {
    const held = this.#folders.get(folder);
    if (held === undefined || held.until > this.#now()) return held;
    this.#drop(folder);
    return undefined;
  }

  #keep(folder: WirePath, listing: Listing, keepMs: number): void {
    this.#drop(folder);
    if (this.#size + listing.entries.size > MOST_ENTRIES) this.forgetAll();
    this.#size += listing.entries.size;
    this.#folders.set(folder, { ...listing, until: this.#now() + keepMs, unsure: new Set(), version: 0 });
  }

  #doubt(folder: WirePath, name: string): void {
    this.#stale(folder);
    const held = this.#folders.get(folder);
    if (held === undefined) return;
    held.version += 1;
    if (name === "") this.#drop(folder);
    else held.unsure.add(name);
  }

  #drop(folder: WirePath): void {
    this.#stale(folder);
    this.#size -= this.#folders.get(folder)?.entries.size ?? 0;
    this.#folders.delete(folder);
  }

  #stale(folder: WirePath): void {
    const asked = this.#asked.get(folder);
    if (asked === undefined) return;
    asked.isStale = true;
    this.#asked.delete(folder);
  }
}
