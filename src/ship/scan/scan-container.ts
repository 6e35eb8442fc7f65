import { isCooperError, messageOf } from "../../base/errors.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { WorkerPool } from "../../system/process/worker-pool.ts";
import { ImageTrees, scanByApi } from "./api/scan-by-api.ts";
import { type RuleFile, rulesFor, type UnitRules } from "./allow/rules.ts";
import { classify } from "./classify/classify.ts";
import { gather, type Gathered } from "./findings/gather.ts";
import type { ContainerScan } from "./findings/container-scan.ts";
import type { ApiPlace, LayerPlace, Place } from "./locate/locate.ts";
import { placesOf, unreadOf } from "./subject-facts.ts";
import { EarlyTeller } from "./early-teller.ts";
import { PiecesInOrder } from "./pieces-in-order.ts";
import { type AttributesByFolder, type AttributesOfLayers, prepare, spaceOf } from "./prepare.ts";
import type { LayerReader } from "../../trace/layer-reader.ts";
import type { ScanRequest } from "./pipeline.ts";
import { judge, type Judging, type ScanPiece, type ScanTask } from "./scan-part.ts";
import type { Layer } from "./walk/image-view.ts";

/** A container, and where it is. */
export interface Subject {
  readonly container: ContainerInfo;
  readonly place: Place;
  readonly attributes: AttributesByFolder;
  readonly pids: readonly number[];
  readonly unit: UnitRules | null;
  /** What told its run apart before anything was read. */
  readonly spaceBefore: string | null;
}

interface Parts {
  readonly engine: Engine;
  readonly pool: WorkerPool<ScanTask, ScanPiece>;
  /** Null where there is no sensor. */
  readonly reader: LayerReader | null;
  /** Of all images' layers, read once for the whole scan. */
  readonly attributes: AttributesOfLayers;
  readonly request: ScanRequest;
}

const NOT_ASKED = { weak: ["it was not looked at: the profile of its unit is named; name it to have it scanned"], incomplete: [] };

/** Scans one container after another with the threads of a pool. */
export class ContainerScanner {
  readonly #parts: Parts;
  readonly #trees: ImageTrees;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#trees = new ImageTrees(parts.engine);
  }

  /** `mayTell` tells whether findings may be handed on already. */
  async scan(subject: Subject, mayTell: () => boolean): Promise<ContainerScan> {
    this.#parts.request.signal.throwIfAborted();
    const teller = new EarlyTeller(this.#parts.request, mayTell);
    const found = await this.#look(subject, teller);
    if (subject.spaceBefore === spaceOf(subject.container, this.#parts.request.host)) return this.#result(subject, found);
    const now = await this.#again(subject);
    if (now === null)
      return { ...this.#result(subject, found), status: "gone", incomplete: ["it ended before it was looked at to the end"] };
    if (teller.hasTold) return { ...this.#result(subject, found), incomplete: ["it was started anew while it was looked at"] };
    return this.#result(now, await this.#look(now, teller));
  }

  /** The container's present run; null when it does not run any more. */
  async #again({ container }: Subject): Promise<Subject | null> {
    try {
      const now = await inspectContainer(this.#parts.engine, container.id);
      if (now.state.pid <= 0) return null;
      const { engine, request, attributes } = this.#parts;
      const [subject = null] = await prepare(engine, [now], { ...request, attributes });
      return subject;
    } catch (error) {
      if (isCooperError(error) && error.code === "container-unknown") return null;
      throw error;
    }
  }

  #look(subject: Subject, teller: EarlyTeller): Promise<Gathered> {
    if (!this.#isAsked(subject)) return Promise.resolve(gather([], NOT_ASKED));
    return subject.place.evidence === "layer" ? this.#walk(subject, subject.place, teller) : this.#compare(subject, subject.place);
  }

  async #walk(subject: Subject, place: LayerPlace, teller: EarlyTeller): Promise<Gathered> {
    const { pool, reader, request } = this.#parts;
    const task = this.#taskOf(subject, place);
    const pieces = new PiecesInOrder(pool, teller);
    let living = task.living;
    const why = await reader?.read(task.isQuick ? "names" : "contents", place.folders.upper, (records) => {
      const piece = { ...task, records, living };
      living = null;
      return pieces.add(piece);
    });
    // What runs is looked at whatever became of the sensor.
    if (living !== null && !request.signal.aborted) await pieces.add(task);
    const done = await pieces.end();
    // A signal of the terminal ends the sensor too: then it is not the layer that could not be read.
    request.signal.throwIfAborted();
    return gather(done, {
      weak: place.isRunning ? [] : ["it does not run: where its layers are is the engine's word"],
      incomplete: [
        ...unreadOf(subject.attributes, place),
        ...(typeof why === "string" ? [`its layer was not read to the end: ${why}`] : []),
      ],
    });
  }

  #taskOf(subject: Subject, place: LayerPlace): ScanTask {
    const { container, attributes, pids } = subject;
    const { request } = this.#parts;
    const { proc } = request.host;
    const layerOf = (path: string): Layer => ({
      path,
      attributes: typeof attributes === "string" ? null : (attributes.get(path)?.attributes ?? null),
    });
    return {
      ...this.#judging(subject),
      stack: { upper: place.folders.upper, lower: place.folders.lower.map(layerOf), marks: place.folders.marks },
      idMaps: place.idMaps,
      records: new Uint8Array(),
      isQuick: request.isQuick && !isStrict(subject),
      noise: { mountPoints: place.mounts.map(({ path }) => path), workdir: container.config.workdir },
      living: { proc, pids, mounts: place.mounts, places: placesOf(container, place, { hasMounts: this.#hasMounts(subject), proc }) },
    };
  }

  #judging(subject: Subject): Judging {
    const { id, name, image, imageId } = subject.container;
    const { engineName: engine, report, keepsFindings, today } = this.#parts.request;
    return {
      of: { engine, id, name, image, imageId },
      form: report,
      keepsFindings,
      allow: rulesFor(this.#ruleFiles(subject), imageId),
      today,
    };
  }

  /** Those of the command line come first. */
  #ruleFiles(subject: Subject): readonly RuleFile[] {
    const { rules } = this.#parts.request;
    const { unit } = subject;
    return unit === null || unit.rules === null || !this.#isAsked(subject) ? rules : [...rules, unit.rules];
  }

  #isAsked({ unit }: Subject): boolean {
    return unit?.profile !== "named" || this.#parts.request.names.length > 0;
  }

  #hasMounts(subject: Subject): boolean {
    return this.#parts.request.hasMounts || isStrict(subject);
  }

  async #compare(subject: Subject, { why, isDenied = false }: ApiPlace): Promise<Gathered> {
    const { engine, request } = this.#parts;
    const weak = [`compared through the engine: ${why}`, ...(subject.container.state.running ? ["what runs was not looked at"] : [])];
    const incomplete = isDenied ? ["its own layer and what runs may not be looked at: run it as root"] : [];
    try {
      const scope = { engine, trees: this.#trees, signal: request.signal };
      const changes = await scanByApi(subject.container, scope);
      const judged = judge(this.#judging(subject), changes.map(classify), request.write);
      const piece = { ...judged, entries: changes.length, unverified: 0, unseen: [], signature: 0 };
      return gather([piece], { weak, incomplete });
    } catch (error) {
      request.signal.throwIfAborted();
      if (isCooperError(error) && error.exit === 3) throw error;
      return gather([], { weak, incomplete: [...incomplete, `the engine did not give its files: ${messageOf(error)}`] });
    }
  }

  #result(subject: Subject, found: Gathered): ContainerScan {
    const { container, place, unit } = subject;
    const { id, name, image, imageId, mounts } = container;
    const other = this.#ruleFiles(subject).filter((file) => file.image !== null && file.image !== imageId);
    const isLooked = this.#hasMounts(subject) && place.evidence === "layer" && place.isRunning;
    const unscanned = mounts.filter(
      ({ type }) => !isLooked && !(type === "tmpfs" && (place.evidence === "layer" || !container.state.running)),
    );
    return {
      engine: this.#parts.request.engineName,
      id,
      name,
      image,
      imageId,
      status: "scanned",
      evidence: place.evidence,
      counts: found.counts,
      findings: found.findings,
      written: found.written,
      ruleFiles: this.#ruleFiles(subject),
      allowed: found.allowed,
      unscanned: unscanned.map(({ destination: path, type }) => ({ path, type })),
      weak: isStrict(subject) ? [] : found.weak,
      incomplete: [
        ...found.incomplete,
        ...(isStrict(subject) ? found.weak : []),
        ...(typeof unit?.problem === "string" ? [`the settings of its unit could not be read: ${unit.problem}`] : []),
        ...other.map(({ file }) => `the rules of ${file} are for another image`),
      ],
      entries: found.entries,
      signature: found.signature,
    };
  }
}

function isStrict({ unit }: Subject): boolean {
  return unit?.profile === "strict";
}
