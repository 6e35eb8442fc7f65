import { readAttributes } from "../../format/sftp/attributes.ts";
import { PacketReader, SFTP, STATUS } from "../../format/sftp/packet.ts";
import { clampLink, clampToPath, isTarget } from "./clamp-link.ts";
import type { LinkKeeper } from "./link-keeper.ts";
import { type Answer, failed, statusOf } from "./sftp-link.ts";
import { type CachedEntry, type Listing, splitPath, type TreeCache, type WirePath } from "./tree-cache.ts";

/** What was asked for, or the answer that says why not. */
export type Found<T> = { readonly found: T } | { readonly refused: Answer };

const LISTING = "listing@cooper";
const SLOW_MS = 4;
const KEEP_MS = 1_000;
const KEEP_ROUND_TRIPS = 100;
const KEEP_AT_MOST_MS = 10_000;
/** A folder that seems to have no end is cut off. */
const MOST_NAMES = 2_000_000;

export function bytesOf(path: WirePath): Buffer {
  return Buffer.from(path, "latin1");
}

/** Questions about names in the container's tree, from memory where that is fresh. */
export class RemoteTree {
  readonly #keeper: LinkKeeper;
  readonly cache: TreeCache;
  /** Folders that do not fit into one answer. */
  readonly #large = new Set<WirePath>();
  #root: CachedEntry | null = null;

  constructor(keeper: LinkKeeper, cache: TreeCache) {
    this.#keeper = keeper;
    this.cache = cache;
  }

  get isSlow(): boolean {
    return this.#keeper.roundTripMs > SLOW_MS;
  }

  async entry(path: WirePath): Promise<Found<CachedEntry>> {
    const known = this.cache.look(path);
    if (known !== undefined) return known === null ? { refused: failed(STATUS.noFile) } : { found: known };
    const { folder, name } = splitPath(path);
    if (name !== "" && !this.cache.holds(folder) && this.#isWorthListing(folder)) {
      const listing = await this.#askListing(folder);
      if ("found" in listing) return found(listing.found.entries.get(name));
    }
    return name === "" ? await this.#askRoot() : await this.#askEntry(path);
  }

  async list(folder: WirePath): Promise<Found<Listing>> {
    const known = this.cache.list(folder);
    if (known !== null) return { found: known };
    const whole = this.#canList(folder) ? await this.#askListing(folder) : null;
    if (whole !== null && ("found" in whole || !this.#large.has(folder))) return whole;
    return this.#askPieces(folder);
  }

  /** Where a link leads, clamped to the mount. */
  async target(path: WirePath): Promise<Found<string>> {
    const entry = await this.entry(path);
    if ("refused" in entry) return entry;
    const target = entry.found.target === undefined ? await this.#askTarget(path) : { found: entry.found.target };
    if ("refused" in target) return target;
    const clamped = clampLink(path, target.found);
    const safe = clamped.kind === "safe" ? clamped.target : clampToPath(path, await this.#askTruePath(clamped.path));
    return isTarget(safe) ? { found: safe } : { refused: failed(STATUS.failure) };
  }

  /** The root is told as it was when nothing answers: without it there is no mount to try again at. */
  async #askRoot(): Promise<Found<CachedEntry>> {
    const asked = await this.#askEntry("/");
    if ("found" in asked) this.#root = asked.found;
    return "found" in asked || this.#root === null ? asked : { found: this.#root };
  }

  #canList(folder: WirePath): boolean {
    return this.#keeper.has(LISTING) && !this.#large.has(folder);
  }

  #isWorthListing(folder: WirePath): boolean {
    return this.#canList(folder) && (this.cache.isLookedIntoAgain(folder, KEEP_MS) || this.isSlow);
  }

  /** How long what was told counts. */
  get keepMs(): number {
    return Math.min(KEEP_MS + KEEP_ROUND_TRIPS * this.#keeper.roundTripMs, KEEP_AT_MOST_MS);
  }

  async #askListing(folder: WirePath): Promise<Found<Listing>> {
    let refused = failed(STATUS.other);
    const listing = await this.cache.ask(folder, this.keepMs, async () => {
      const answer = await this.#keeper.ask(SFTP.extended, [LISTING, bytesOf(folder)]).answer;
      if (answer.type === SFTP.extendedReply) return readListing(answer.body);
      refused = answer;
      if (statusOf({ ...answer, body: again(answer) }) === STATUS.failure) this.#large.add(folder);
      return null;
    });
    return listing === null ? { refused } : { found: listing };
  }

  async #askPieces(folder: WirePath): Promise<Found<Listing>> {
    const opened = await this.#keeper.ask(SFTP.opendir, [bytesOf(folder)]).answer;
    if (opened.type !== SFTP.handle) return { refused: opened };
    const handle = opened.body.string();
    const entries = new Map<string, CachedEntry>();
    let own: CachedEntry = { attributes: { mode: 0o040_755 } };
    for (;;) {
      const answer = await this.#keeper.ask(SFTP.readdir, [handle]).answer;
      if (answer.type !== SFTP.name || entries.size > MOST_NAMES) break;
      for (const [name, entry] of readNames(answer.body)) {
        if (name === ".") own = entry;
        else if (isName(name)) entries.set(name, entry);
      }
    }
    void this.#keeper.ask(SFTP.close, [handle]);
    return { found: { own, entries } };
  }

  async #askEntry(path: WirePath): Promise<Found<CachedEntry>> {
    const learn = this.cache.expect(path);
    const answer = await this.#keeper.ask(SFTP.lstat, [bytesOf(path)]).answer;
    if (answer.type === SFTP.attributes) {
      const entry = { attributes: readAttributes(answer.body) };
      learn(entry);
      return { found: entry };
    }
    if (statusOf({ ...answer, body: again(answer) }) === STATUS.noFile) learn(null);
    return { refused: answer };
  }

  async #askTarget(path: WirePath): Promise<Found<string>> {
    const answer = await this.#keeper.ask(SFTP.readlink, [bytesOf(path)]).answer;
    if (answer.type !== SFTP.name) return { refused: answer };
    answer.body.number();
    return { found: answer.body.string().toString("latin1") };
  }

  async #askTruePath(path: WirePath): Promise<WirePath> {
    const answer = await this.#keeper.ask(SFTP.realpath, [bytesOf(path)]).answer;
    if (answer.type !== SFTP.name) return path;
    answer.body.number();
    return answer.body.string().toString("latin1");
  }
}

function found(entry: CachedEntry | undefined): Found<CachedEntry> {
  return entry === undefined ? { refused: failed(STATUS.noFile) } : { found: entry };
}

/** To read an answer without using it up. */
function again(answer: Answer): PacketReader {
  return new PacketReader(answer.body.bytes);
}

// A server in a hostile container may say anything; these names would be no names here.
function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !name.includes("/") && !name.includes("\0");
}

function readListing(body: PacketReader): Listing {
  const own = { attributes: readAttributes(body) };
  const entries = new Map<string, CachedEntry>();
  for (let left = body.number(); left > 0; left--) {
    const name = body.string().toString("latin1");
    const target = body.string().toString("latin1");
    const attributes = readAttributes(body);
    if (isName(name)) entries.set(name, target === "" ? { attributes } : { attributes, target });
  }
  return { own, entries };
}

function* readNames(body: PacketReader): Generator<readonly [string, CachedEntry]> {
  for (let left = body.number(); left > 0; left--) {
    const name = body.string().toString("latin1");
    body.string();
    yield [name, { attributes: readAttributes(body) }];
  }
}
