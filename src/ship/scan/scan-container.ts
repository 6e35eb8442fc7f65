import { isCooperError, messageOf } from "../../base/errors.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { readBytesSync } from "../../system/proc.ts";
import type { WorkerPool } from "../../system/worker-pool.ts";
import { ImageTrees, scanByApi } from "./api/scan-by-api.ts";
import { rulesFor } from "./allow/rule-file.ts";
import { gather, type Gathered } from "./findings/gather.ts";
import type { ContainerScan } from "./findings/container-scan.ts";
import type { Place } from "./locate/locate.ts";
import { type AttributesByFolder, prepare, spaceOf } from "./prepare.ts";
import type { ScanRequest } from "./pipeline.ts";
import { judgeChanges, type ScanPiece, type ScanTask } from "./scan-part.ts";
import type { Layer } from "./walk/image-view.ts";
import type { MountPlace } from "./walk/look-in-mount.ts";

/** A container, and where it is. */
export interface Subject {
  readonly container: ContainerInfo;
  readonly place: Place;
  readonly attributes: AttributesByFolder;
  readonly pids: readonly number[];
  /** What told its run apart before anything was read. */
  readonly spaceBefore: string | null;
}

interface Parts {
  readonly engine: Engine;
  readonly pool: WorkerPool<ScanTask, ScanPiece>;
  readonly request: ScanRequest;
}

type LayerPlace = Extract<Place, { readonly evidence: "layer" }>;

/** So many entries of a layer are one piece of work. */
const PIECE = 5_000;
const MOST_ENTRIES = 20_000_000;
/** CAP_SYS_ADMIN: without it the kernel does not show overlay's marks. */
const SYS_ADMIN = 21n;

/** Scans one container after another with the threads of a pool. */
export class ContainerScanner {
  readonly #parts: Parts;
  readonly #trees: ImageTrees;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#trees = new ImageTrees(parts.engine);
  }

  async scan(subject: Subject): Promise<ContainerScan> {
    this.#parts.request.signal.throwIfAborted();
    const found = await this.#look(subject);
    if (subject.spaceBefore === spaceOf(subject.container)) return this.#result(subject, found);
    const now = await this.#again(subject);
    if (now === null)
      return { ...this.#result(subject, found), status: "gone", incomplete: ["it ended before it was looked at to the end"] };
    return this.#result(now, await this.#look(now));
  }

  /** The container's present run; null when it does not run any more. */
  async #again({ container }: Subject): Promise<Subject | null> {
    try {
      const now = await inspectContainer(this.#parts.engine, container.id);
      if (now.state.pid <= 0) return null;
      return (await prepare(this.#parts.engine, [now], this.#parts.request))[0] ?? null;
    } catch (error) {
      if (isCooperError(error) && error.code === "container-unknown") return null;
      throw error;
    }
  }

  #look(subject: Subject): Promise<Gathered> {
    return subject.place.evidence === "layer" ? this.#walk(subject, subject.place) : this.#compare(subject, subject.place.why);
  }

  async #walk(subject: Subject, place: LayerPlace): Promise<Gathered> {
    const first = this.#taskOf(subject, place);
    const pieces: ScanPiece[] = [];
    let entries = 0;
    let waiting: readonly ScanTask[] = [first];
    while (waiting.length > 0 && entries < MOST_ENTRIES) {
      const done = await Promise.all(waiting.map((task) => this.#parts.pool.run(task)));
      pieces.push(...done);
      entries = pieces.reduce((sum, piece) => sum + piece.entries, 0);
      waiting = this.#share(done.flatMap(({ left }) => left)).map((from) => ({ ...first, from, living: null }));
    }
    return gather(pieces, {
      weak: place.isRunning ? [] : ["it does not run: where its layers are is the engine's word"],
      incomplete: [...unreadOf(subject, place), ...(waiting.length > 0 ? ["it has too many entries"] : [])],
    });
  }

  #share(folders: readonly string[]): readonly (readonly string[])[] {
    const parts = Math.min(folders.length, this.#parts.pool.size);
    return Array.from({ length: parts }, (_none, part) => folders.filter((_folder, index) => index % parts === part));
  }

  #taskOf(subject: Subject, place: LayerPlace): ScanTask {
    const { container, attributes, pids } = subject;
    const { request } = this.#parts;
    const layerOf = (path: string): Layer => ({
      path,
      attributes: typeof attributes === "string" ? null : (attributes.get(path)?.byPath ?? null),
    });
    return {
      container: container.name,
      stack: { upper: layerOf(place.folders.upper), lower: place.folders.lower.map(layerOf), marks: place.folders.marks },
      idMaps: place.idMaps,
      from: [""],
      budget: PIECE,
      isQuick: request.isQuick,
      noise: { mountPoints: place.mounts.map(({ path }) => path), workdir: container.config.workdir },
      allow: rulesFor(request.rules, container.imageId),
      today: request.today,
      living: { pids, mounts: place.mounts, places: placesOf(container, place, request.hasMounts) },
    };
  }

  async #compare(subject: Subject, why: string): Promise<Gathered> {
    const { engine, request } = this.#parts;
    const weak = [`compared through the engine: ${why}`, ...(subject.container.state.running ? ["what runs was not looked at"] : [])];
    try {
      const scope = { engine, trees: this.#trees, signal: request.signal };
      const changes = await scanByApi(subject.container, scope);
      const task = { container: subject.container.name, allow: rulesFor(request.rules, subject.container.imageId), today: request.today };
      const piece = { ...judgeChanges(task, changes), left: [], entries: changes.length, unverified: 0, unseen: [], signature: 0 };
      return gather([piece], { weak, incomplete: [] });
    } catch (error) {
      request.signal.throwIfAborted();
      if (isCooperError(error) && error.exit === 3) throw error;
      return gather([], { weak, incomplete: [`the engine did not give its files: ${messageOf(error)}`] });
    }
  }

  #result({ container, place }: Subject, found: Gathered): ContainerScan {
    const { id, name, image, imageId, mounts } = container;
    const other = this.#parts.request.rules.filter((file) => file.image !== null && file.image !== imageId);
    const isLooked = this.#parts.request.hasMounts && place.evidence === "layer" && place.isRunning;
    const unscanned = mounts.filter(
      ({ type }) => !isLooked && !(type === "tmpfs" && (place.evidence === "layer" || !container.state.running)),
    );
    return {
      id,
      name,
      image,
      imageId,
      status: "scanned",
      evidence: place.evidence,
      findings: found.findings,
      allowed: found.allowed,
      unscanned: unscanned.map(({ destination: path, type }) => ({ path, type })),
      weak: found.weak,
      incomplete: [...found.incomplete, ...other.map(({ file }) => `the rules of ${file} are for another image`)],
      entries: found.entries,
      signature: found.signature,
    };
  }
}

/** File systems in memory are looked into always, volumes and binds when they are asked for. */
function placesOf({ state, mounts }: ContainerInfo, place: LayerPlace, hasMounts: boolean): readonly MountPlace[] {
  if (!place.isRunning) return [];
  const root = `/proc/${state.pid}/root`;
  const inMemory = place.mounts.filter(({ path, type }) => type === "tmpfs" && !/^\/(?:proc|sys)(?:\/|$)/.test(path));
  const named = hasMounts ? mounts.filter(({ type }) => type !== "tmpfs") : [];
  return [
    ...inMemory.map(({ path }) => ({ root, path, isVolume: false })),
    ...named.map(({ destination: path }) => ({ root, path, isVolume: true })),
  ];
}

/** What could not be read of attributes: without overlay's marks an emptied folder looks as if nothing had been in it. */
function unreadOf({ attributes }: Subject, { folders }: LayerPlace): readonly string[] {
  if (typeof attributes === "string") return [`extended attributes and emptied folders were not seen: ${attributes}`];
  if (folders.marks === "trusted.overlay." && !isAdministrator()) return ["emptied folders were not seen: that needs CAP_SYS_ADMIN"];
  const unread = [folders.upper, ...folders.lower].flatMap((folder) => attributes.get(folder)?.unread ?? [{ path: "", error: 0 }]);
  const [first] = unread;
  return first === undefined
    ? []
    : [`extended attributes of ${unread.length} paths were not read, the first is ${JSON.stringify(first.path)} (error ${first.error})`];
}

function isAdministrator(): boolean {
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(readBytesSync("/proc/self/status")?.toString() ?? "")?.[1] ?? "0";
  return ((BigInt(`0x${set}`) >> SYS_ADMIN) & 1n) === 1n;
}
