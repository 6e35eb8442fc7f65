import { isOfType } from "../../format/sftp/attributes.ts";
import { FRESH_MS, type WholeFile } from "./open-file.ts";
import type { Found } from "./remote-tree.ts";
import { type Listing, splitPath, type TreeCache, type WirePath } from "./tree-cache.ts";

export type FetchFile = (path: WirePath) => Promise<Found<WholeFile | null>>;

/** A file, and until when its content counts. */
export interface Taken {
  readonly file: Found<WholeFile | null>;
  readonly until: number;
}

interface Fetched {
  readonly file: Promise<Found<WholeFile | null>>;
  readonly at: number;
}

/** Where the last file of a folder was in its two usual orders, and how far ahead it is worth to fetch. */
interface Walk {
  readonly last: string;
  readonly window: number;
  /** The last one that was asked for beforehand. */
  readonly reach: string | null;
}

interface Order {
  readonly names: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

const LARGEST = 32 * 1024;
const FIRST_WINDOW = 4;
const LARGEST_WINDOW = 64;
/** Who leaves a few out still goes through all. */
const LONGEST_STEP = 8;
const MOST_WALKS = 1_000;
const MOST_FETCHED = 512;

/** Small files on their way or here before they are asked for: who opens the files of a folder one after the other waits for none of them. */
export class FilesAhead {
  readonly #cache: TreeCache;
  readonly #fetch: FetchFile;
  readonly #now: () => number;
  readonly #fetched = new Map<WirePath, Fetched>();
  readonly #walks = new Map<WirePath, Walk>();
  readonly #orders = new WeakMap<Listing, readonly Order[]>();

  constructor(cache: TreeCache, fetch: FetchFile, now: () => number) {
    this.#cache = cache;
    this.#fetch = fetch;
    this.#now = now;
  }

  /** The file, and the next ones beforehand; what was fetched up to `keepMs` ago counts. */
  async take(path: WirePath, keepMs: number): Promise<Taken> {
    this.#forgetOld(keepMs);
    const ready = this.#fetched.get(path);
    this.#fetched.delete(path);
    const asked = ready === undefined ? this.#fetch(path) : null;
    this.#goAhead(path);
    const told = await ready?.file;
    // Only what was there counts: a connection may have been broken meanwhile.
    if (ready !== undefined && told !== undefined && "found" in told && told.found !== null)
      return { file: told, until: ready.at + keepMs };
    return { file: await (asked ?? this.#fetch(path)), until: this.#now() + FRESH_MS };
  }

  /** Something is done to a path, or below it. */
  forget(path: WirePath, isDeep: boolean): void {
    this.#fetched.delete(path);
    if (!isDeep) return;
    for (const other of this.#fetched.keys()) if (other.startsWith(`${path}/`)) this.#fetched.delete(other);
  }

  forgetAll(): void {
    this.#fetched.clear();
  }

  #forgetOld(keepMs: number): void {
    for (const [path, { at }] of this.#fetched) {
      if (this.#now() - at <= keepMs) return;
      this.#fetched.delete(path);
    }
  }

  #goAhead(path: WirePath): void {
    const { folder, name } = splitPath(path);
    const before = this.#walks.get(folder);
    if (this.#walks.size > MOST_WALKS) this.#walks.clear();
    this.#walks.set(folder, { last: name, window: FIRST_WINDOW, reach: null });
    const listing = before === undefined ? null : this.#cache.list(folder);
    if (before === undefined || listing === null) return;
    for (const { names, places } of this.#ordersOf(listing)) {
      const place = places.get(name);
      const last = places.get(before.last);
      if (place === undefined || last === undefined || place <= last || place - last > LONGEST_STEP) continue;
      // Many at once, when half of what was asked for is used up: each alone would cost a message there and one back.
      const ready = (before.reach === null ? undefined : places.get(before.reach)) ?? place;
      if ((ready - place) * 2 > before.window) return void this.#walks.set(folder, { ...before, last: name });
      const window = Math.min(before.window * 2, LARGEST_WINDOW);
      const next = names.slice(place + 1, place + 1 + window);
      this.#walks.set(folder, { last: name, window, reach: next.at(-1) ?? null });
      return this.#fetchAll(folder === "/" ? "" : folder, { listing, names: next });
    }
  }

  #fetchAll(folder: string, { listing, names }: { readonly listing: Listing; readonly names: readonly string[] }): void {
    if (this.#fetched.size > MOST_FETCHED) return;
    for (const name of names) {
      const path = `${folder}/${name}`;
      const attributes = listing.entries.get(name)?.attributes ?? {};
      if (this.#fetched.has(path) || !isOfType(attributes, "file") || (attributes.size ?? LARGEST + 1) > LARGEST) continue;
      const file = this.#fetch(path);
      // It fails for who takes it; often nobody does.
      file.catch(() => undefined);
      this.#fetched.set(path, { file, at: this.#now() });
    }
  }

  /** By name, as shells tell them; and as the folder itself does. */
  #ordersOf(listing: Listing): readonly Order[] {
    const known = this.#orders.get(listing);
    if (known !== undefined) return known;
    const own = [...listing.entries.keys()];
    const orders = [own.toSorted(), own].map((names) => ({ names, places: new Map(names.map((name, at) => [name, at])) }));
    this.#orders.set(listing, orders);
    return orders;
  }
}
