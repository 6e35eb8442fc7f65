import type { Finding } from "../../base/finding.ts";
import { type ContainerInfo, containerChanges, exportContainer, getArchive } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { readTar, type TarFile } from "../../format/tar/read-tar.ts";
import { changeKind } from "../../format/tree/entry-fields.ts";
import type { Entry, Tree } from "../../format/tree/entry.ts";
import { isExecutable } from "../capabilities.ts";
import type { ChangeSource, RawChange, ResolveContext, Resolved } from "../change-source.ts";
import { isBelowOne } from "../below.ts";
import { isWorthKeeping } from "../content-keeper.ts";
import { isEngineMade, parentsOf } from "../engine-made.ts";
import { readContainerFile } from "../read-file.ts";
import { hashInContainer } from "./container-hash.ts";
import { readWithTar } from "./container-tar.ts";
import { readPackagesAhead } from "./files-ahead.ts";
import { SeenStats, type StatLook } from "./seen-stats.ts";
import { MemberTaker, type TakenMembers } from "./take-member.ts";

/** With more changed paths than this, one export of the whole file system is faster than a question for each. */
const MOST_QUESTIONS = 48;
const SMALL_FILE = 256 * 1024 * 1024;
/** Fewer bytes come sooner than another command is begun. */
const WORTH_A_COMMAND = 512 * 1024;

export interface ApiSourceParts {
  readonly engine: Engine;
  readonly container: ContainerInfo;
  readonly image: Tree;
  readonly present: ReadonlyMap<string, Entry>;
}

/**
 * Finds changes with the engine's API alone: the list of changed paths, then what the container's own programs say of these, else the archive of each
 * (or an export of all).
 */
export class ApiSource implements ChangeSource {
  readonly isWeak = true;
  readonly #parts: ApiSourceParts;
  readonly #mounts: ReadonlySet<string>;
  readonly #aboveMounts: ReadonlySet<string>;
  #there: ReadonlySet<string> = new Set();
  #deleted: ReadonlySet<string> = new Set();
  #candidates: ReadonlySet<string> = new Set();
  #isWeaknessSaid = false;
  #changedAt: ReadonlyMap<string, number> = new Map();
  readonly #stats = new SeenStats();
  /** Null where the container cannot be asked so. */
  #looked: StatLook | null = null;
  #ahead: ReadonlyMap<string, Buffer> = new Map();

  constructor(parts: ApiSourceParts) {
    this.#parts = parts;
    this.#mounts = new Set(parts.container.mounts.map(({ destination }) => destination));
    this.#aboveMounts = parentsOf(this.#mounts);
  }

  async scan(): Promise<ReadonlySet<string>> {
    const { present, image } = this.#parts;
    const there = new Set<string>();
    const deleted = new Set<string>();
    for (const { path, kind } of await this.#list()) (kind === "deleted" ? deleted : there).add(path);
    this.#there = there;
    this.#deleted = deleted;
    const differs = [...present.keys()].filter((path) => present.get(path) !== image.get(path) || isBelowOne(path, deleted));
    const lost = [...image.keys()].filter((path) => !present.has(path));
    this.#candidates = new Set([...there, ...deleted, ...differs, ...lost]);
    const { engine, container } = this.#parts;
    this.#looked = there.size === 0 ? null : await this.#stats.look(engine, container.id, there);
    const unchanged = this.#looked?.unchanged ?? new Set();
    const touched = new Set([...this.#candidates].filter((path) => !unchanged.has(path)));
    this.#ahead = this.#looked === null ? new Map() : await readPackagesAhead(engine, container.id, touched);
    return touched;
  }

  async #list(): ReturnType<typeof containerChanges> {
    const changes = await containerChanges(this.#parts.engine, this.#parts.container.id);
    return changes.filter(({ path }) => {
      const isMadeForMount = this.#mounts.has(path) || (this.#aboveMounts.has(path) && !this.#parts.image.has(path));
      return !isMadeForMount && !isEngineMade(path) && !isBelowOne(path, this.#mounts);
    });
  }

  isRechecked(path: string): boolean {
    return this.#looked?.rechecked.has(path) === true;
  }

  async resolve(context: ResolveContext): Promise<Resolved> {
    const taken = await this.#take(context);
    this.#changedAt = taken.changedAt;
    const changes: RawChange[] = [];
    for (const path of [...this.#candidates].sort()) {
      const before = this.#parts.present.get(path) ?? null;
      const after = taken.entries.get(path) ?? this.#imageEntry(path);
      const change = { path, before, after, changedAt: after === null ? 0 : this.changedAt(path), kept: taken.kept.has(path) };
      if (changeKind(before, after) !== null) changes.push(change);
    }
    return { changes, unexplained: [], findings: [...taken.findings, ...this.#weakness()] };
  }

  async #take(context: ResolveContext): Promise<TakenMembers> {
    const { engine, present } = this.#parts;
    const stats = this.#looked;
    const wanted = stats?.unread ?? this.#there;
    const taker = new MemberTaker({ ...context, present, wanted });
    const left = stats === null ? wanted : await this.#takeWithPrograms(stats, taker, context);
    if (left.size > MOST_QUESTIONS || (engine.isPodman && left.size > 0)) await this.#takeExport(taker);
    else for (const path of left) await this.#takeOne(path, taker);
    return stats === null ? taker.finish() : stats.join(taker.finish());
  }

  /** By the container's own programs; gives the paths that these did not tell of. */
  async #takeWithPrograms(stats: StatLook, taker: MemberTaker, context: ResolveContext): Promise<ReadonlySet<string>> {
    const { engine, container } = this.#parts;
    const left = new Set(stats.unread);
    const light = [...left].filter((path) => isHashEnough(path, stats.entryOf(path), context));
    const bytes = light.reduce((sum, path) => sum + (stats.entryOf(path)?.size ?? 0), 0);
    for (const [path, hash] of bytes < WORTH_A_COMMAND ? [] : await hashInContainer(engine, container.id, light)) {
      const entry = stats.entryOf(path);
      if (entry !== undefined && left.delete(path)) taker.takeHashed(path, { ...entry, hash });
    }
    return await readWithTar(engine, container.id, left, (path, file) => taker.take(path, file));
  }

  /** Said once. */
  #weakness(): Finding[] {
    const isSaid = this.#isWeaknessSaid;
    this.#isWeaknessSaid = true;
    return isSaid ? [] : [weakFinding()];
  }

  #imageEntry(path: string): Entry | null {
    if (this.#there.has(path) || this.#deleted.has(path) || isBelowOne(path, this.#deleted)) return null;
    return this.#parts.image.get(path) ?? null;
  }

  async #takeExport(taker: MemberTaker): Promise<void> {
    const stream = await exportContainer(this.#parts.engine, this.#parts.container.id);
    try {
      for await (const file of readTar(stream)) await taker.take(`/${file.member.path}`, file);
    } finally {
      stream.destroy();
    }
  }

  async #takeOne(path: string, taker: MemberTaker): Promise<void> {
    await this.#withArchive(path, (file) => taker.take(path, file));
  }

  async #withArchive(path: string, use: (file: TarFile) => Promise<void>): Promise<void> {
    try {
      const archive = await getArchive(this.#parts.engine, this.#parts.container.id, path);
      try {
        for await (const file of readTar(archive)) {
          await use(file);
          // The archive of a directory goes on with all that is in it; any other is read to its end, so that the connection can be kept.
          if (file.member.type === "directory") return;
        }
      } finally {
        archive.destroy();
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "path-unknown")) throw error;
    }
  }

  /** The list tells which paths changed, not whether they changed again. */
  async hasNews(): Promise<boolean> {
    return (await this.#list()).length > 0 || this.#there.size > 0 || this.#deleted.size > 0;
  }

  async readFile(path: string): Promise<Buffer | null> {
    return (
      this.#ahead.get(path) ?? (await readContainerFile(this.#parts.engine, { containerId: this.#parts.container.id, path }, SMALL_FILE))
    );
  }

  readLink(path: string): string | null {
    return this.#imageEntry(path)?.link ?? null;
  }

  changedAt(path: string): number {
    return this.#changedAt.get(path) ?? 0;
  }

  close(): void {}
}

// An executable may have a capability, which only an archive tells.
function isHashEnough(path: string, entry: Entry | undefined, { isOfPackage }: ResolveContext): boolean {
  return entry?.type === "file" && !isExecutable(entry) && !isWorthKeeping({ path, isOfPackage: isOfPackage(path) });
}

function weakFinding(): Finding {
  return {
    code: "weak-evidence",
    message: "The container's own layer cannot be read from here: changes are found with the engine's API, which is slower.",
    hint: "Record on the engine's machine, as root, for exact and fast results.",
  };
}
