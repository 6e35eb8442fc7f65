import type { Clock } from "../base/clock.ts";
import type { Finding } from "../base/finding.ts";
import type { ContainerInfo } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { DebconfAnswer, PackageChange } from "../format/package-database/change.ts";
import type { LeftProcess } from "../format/proc/left-process.ts";
import { changeKind } from "../format/tree/entry-fields.ts";
import type { Entry, PathChange, Tree } from "../format/tree/entry.ts";
import type { ContentStore } from "../system/store/content-store.ts";
import { isExecutable, readCapabilities } from "./capabilities.ts";
import type { ChangeSource, RawChange, Resolved } from "./change-source.ts";
import { ContentKeeper } from "./content-keeper.ts";
import { openSource } from "./open-source.ts";
import { type PackageFiles, readPackageFiles } from "./package-files.ts";
import { PackageWatch } from "./package-watch.ts";
import { previousFileReader } from "./previous-file.ts";
import { type IgnoredProcesses, openProcessWatch, type ProcessWatch } from "./process-watch.ts";

export interface ObserverOptions {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  /** The image's own tree. */
  readonly base: Tree;
  /** The whole tree at the end of the last Session; null: the container is taken to have been as its image. */
  readonly previous: Tree | null;
  readonly contents: ContentStore;
  /** The recorder's own processes. */
  readonly ignore?: IgnoredProcesses;
  /** Opened before, with what ran then; absent: with what runs now. */
  readonly processes?: ProcessWatch;
  /** Secrets seen so far: a file that holds one is not kept. */
  readonly knownSecrets?: () => readonly string[];
  readonly clock?: Clock;
}

/** What changed in a container between two looks. */
export interface Observation {
  /** Sorted by path. */
  readonly changes: readonly PathChange[];
  readonly packages: readonly PackageChange[];
  readonly debconf: readonly DebconfAnswer[];
  /** Processes that are new, or run another program or listen on other ports than at the last look. */
  readonly processes: readonly LeftProcess[];
  /** Pids of processes that were there at the last look and are gone. */
  readonly ended: readonly number[];
  readonly findings: readonly Finding[];
  /** When the look began, in milliseconds since 1970. */
  readonly at: number;
  /** Paths that the recorded shells and their descendants read since the last look, sorted; null or absent where that is not watched. */
  readonly reads?: readonly string[] | null;
  /** Seen through the engine's API only: slower, and a change back and forth between two looks can be missed. */
  readonly isWeak: boolean;
}

export interface Observer {
  /** What changed since the last look; the first look compares with `previous`, else with the image. Looks never overlap. */
  look(): Promise<Observation>;
  /** Cheaply: would a look find changed paths? */
  peek(): Promise<boolean>;
  /** The present entries of the paths that are not as in the image. */
  tree(): Tree;
  close(): void;
}

/** Opens the best way to see what changes in a running container. */
export async function openObserver(options: ObserverOptions): Promise<Observer> {
  const present = new Map<string, Entry>(options.previous ?? options.base);
  const source = await openSource({ ...options, present, clock: options.clock ?? Date.now });
  try {
    const packages = await PackageWatch.open(previousFileReader(options, source));
    return new ContainerObserver(options, { present, source, packages, processes: options.processes ?? (await openProcessWatch(options)) });
  } catch (error) {
    source.close();
    throw error;
  }
}

interface Parts {
  readonly present: Map<string, Entry>;
  readonly source: ChangeSource;
  readonly packages: PackageWatch;
  readonly processes: ProcessWatch;
}

class ContainerObserver implements Observer {
  readonly #options: ObserverOptions;
  readonly #parts: Parts;
  readonly #keeper: ContentKeeper;
  #isFirst = true;
  /** The last look or peek; the next one waits for it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ObserverOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#keeper = new ContentKeeper(options.contents, options.knownSecrets ?? (() => []));
  }

  look(): Promise<Observation> {
    return this.#inTurn(() => this.#look());
  }

  peek(): Promise<boolean> {
    return this.#inTurn(() => this.#parts.source.hasNews());
  }

  tree(): Tree {
    const changed = new Map<string, Entry>();
    for (const [path, entry] of this.#parts.present) {
      if (changeKind(this.#options.base.get(path) ?? null, entry) !== null) changed.set(path, entry);
    }
    return changed;
  }

  close(): void {
    // A look or peek that still goes on reads through what is closed here.
    void this.#inTurn(() => Promise.resolve(this.#parts.source.close())).catch(() => undefined);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act, act);
    this.#turn = turn;
    return turn;
  }

  async #look(): Promise<Observation> {
    const { source, packages, processes } = this.#parts;
    const at = (this.#options.clock ?? Date.now)();
    // An engine that is far away is asked for both at once, and before commands of the look's own run there.
    const early = source.isWeak ? processes.look() : null;
    early?.catch(() => undefined);
    const touched = await source.scan();
    const read = (path: string): Promise<Buffer | null> => source.readFile(path);
    const news = await packages.look((path) => touched.has(path), read);
    // What a package brought was told with its list; the list alone, looked at again, brings nothing.
    const listed = new Set([...touched].filter((path) => !source.isRechecked(path)));
    const hashBefore = (path: string): string | undefined => this.#parts.present.get(path)?.hash;
    const files = await readPackageFiles(listed, news, { read, readLink: (path) => source.readLink(path), hashBefore });
    const resolved = await source.resolve({ keeper: this.#keeper, isOfPackage: (path) => files.owner.has(path) });
    const { raw, findings } = await this.#withCapabilities(resolved, files);
    const changes = raw.flatMap((change) => pathChange(change, files));
    for (const { path, after } of changes) {
      if (after === null) this.#parts.present.delete(path);
      else this.#parts.present.set(path, after);
    }
    const seen = await (early ?? processes.look());
    return {
      at,
      changes,
      packages: news.packages,
      debconf: news.debconf,
      processes: seen.processes,
      ended: seen.ended,
      findings: [...news.findings, ...resolved.findings, ...findings],
      isWeak: source.isWeak,
    };
  }

  async #withCapabilities(resolved: Resolved, files: PackageFiles): Promise<{ raw: readonly RawChange[]; findings: readonly Finding[] }> {
    if (this.#parts.source.isWeak) return { raw: resolved.changes, findings: [] };
    const { engine, container } = this.#options;
    // At the first look of a later Session all files of the layer are unexplained.
    const isLaterFirst = this.#isFirst && this.#options.previous !== null;
    this.#isFirst = false;
    const unexplained = isLaterFirst ? [] : this.#unexplainedChanges(resolved.unexplained);
    const asked = [...unexplained, ...resolved.changes].filter((change) => mayHaveCapability(change, files));
    if (asked.length === 0) return { raw: resolved.changes, findings: [] };
    const { xattrs, findings } = await readCapabilities(
      engine,
      container.id,
      asked.map(({ path }) => path),
    );
    const answered = asked.map((change) => withXattrs(change, xattrs));
    const byPath = new Map([...resolved.changes, ...answered].map((change) => [change.path, change]));
    return { raw: [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), findings };
  }

  #unexplainedChanges(paths: readonly string[]): RawChange[] {
    return paths.flatMap((path) => {
      const entry = this.#parts.present.get(path);
      return entry === undefined ? [] : [{ path, before: entry, after: entry, changedAt: this.#parts.source.changedAt(path), kept: false }];
    });
  }
}

function mayHaveCapability({ path, before, after }: RawChange, files: PackageFiles): boolean {
  if (after?.type !== "file") return false;
  if (before?.xattrs !== undefined) return true;
  return isExecutable(after) && files.mayHaveCapability(path);
}

function withXattrs(change: RawChange, answers: ReadonlyMap<string, Readonly<Record<string, string>> | undefined>): RawChange {
  if (change.after === null || !answers.has(change.path)) return change;
  const { xattrs: _old, ...after } = change.after;
  const xattrs = answers.get(change.path);
  return { ...change, after: xattrs === undefined ? after : { ...after, xattrs } };
}

function pathChange(change: RawChange, files: PackageFiles): PathChange[] {
  const kind = changeKind(change.before, change.after);
  if (kind === null) return [];
  const owner = change.after === null ? undefined : files.owner.get(change.path);
  return [{ ...change, kind, ...(owner === undefined ? {} : { package: owner }) }];
}
