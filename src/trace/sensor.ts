import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { waitContainer } from "../engine/container/container.ts";
import type { ContainerSpec } from "../engine/container/container-spec.ts";
import { type RunResult, runInContainer } from "../engine/stream/exec.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Collector } from "./collector.ts";
import { parseTrace, type Trace } from "./protocol.ts";
import { lentCapabilities } from "./lent-capabilities.ts";
import { launchArguments, type Traced, tracedSpec } from "./traced-container.ts";
import { SENSOR_FOLDER } from "./sensor-folder.ts";
import type { SensorMode, SensorPlan } from "./sensor-mode.ts";
import { checkSensorVolume, removeSensorVolume } from "./sensor-volume.ts";
import { Watching } from "./watch-helper.ts";

export interface SensorRequest {
  /** An image that is on the engine, for the helpers' containers; nothing of it runs. */
  readonly image: string;
  /** The sensor's program for the engine's processors. */
  readonly program: Uint8Array;
  /** Names and labels what is made for this run. */
  readonly run: string;
  readonly mode: SensorMode | "auto";
  /** Built by the user, or trusted by name: it may have the sensor's capabilities near it. */
  readonly isTrusted: boolean;
  /** Name all system calls too, with seccomp notification: some times slower. */
  readonly hasCalls?: boolean;
}

/** A container that is to be traced. It can be made while it is still found out what this engine allows. */
export interface TracedStart {
  /** The same container with the sensor as its first process; the program takes its place and is process 1. */
  readonly spec: ContainerSpec;
  /** It can be started from now on. */
  placed(): Promise<void>;
  /** To be called once it is started: its program begins. */
  follow(containerId: string): Promise<void>;
  /** False when this engine does not allow what the container was made for: then it is to be prepared anew. Throws `sensor-refused`. */
  isAllowed(): Promise<boolean>;
}

/** The sensor of one run: makes containers traced and gathers what their programs touched. */
export interface Sensor {
  /** The best mode that was seen to work; throws `sensor-refused`, which says of each way why it failed. */
  mode(): Promise<SensorMode>;
  /** `hasVisitors`: somebody else may `docker exec` there, and what that opens counts too. */
  prepare(spec: ContainerSpec, traced: Traced, options: { readonly hasVisitors: boolean }): TracedStart;
  /** Runs a further command in a traced container to its end, traced as the first, without the sensor's capabilities. */
  exec(containerId: string, traced: Traced, options: { readonly signal: AbortSignal }): Promise<RunResult>;
  /** All that was touched up to now. */
  take(): Promise<Trace>;
  /** Ends the helpers and removes the volume; throws `sensor-altered` where what was taken is not to be trusted. */
  remove(): Promise<void>;
}

/** The way to follow programs that was seen to work, and who takes the records. */
export interface Chosen {
  readonly plan: SensorPlan;
  readonly collector: Collector;
}

interface Parts {
  readonly request: SensorRequest;
  readonly volume: string;
  /** What is likely to be chosen. */
  readonly likely: SensorPlan;
  readonly chosen: Promise<Chosen>;
  /** The sensor is in the volume. */
  readonly placed: Promise<void>;
}

/** A sensor that is being put onto an engine. */
export class PlacedSensor implements Sensor {
  readonly #engine: Engine;
  readonly #parts: Parts;
  readonly #watchers: Watching[] = [];
  #plan: SensorPlan;
  /** The containers of one sensor are made alike. */
  #lent: readonly string[] = [];
  #sockets = 0;
  #checked: Promise<void> = Promise.resolve();

  constructor(engine: Engine, parts: Parts) {
    this.#engine = engine;
    this.#parts = parts;
    this.#plan = parts.likely;
    const settle = ({ plan }: Chosen): void => void (this.#plan = plan);
    parts.chosen.then(settle, () => undefined);
  }

  async mode(): Promise<SensorMode> {
    return (await this.#parts.chosen).plan.mode;
  }

  prepare(spec: ContainerSpec, traced: Traced, { hasVisitors }: { readonly hasVisitors: boolean }): TracedStart {
    const { request, volume, placed, chosen } = this.#parts;
    const plan = this.#plan;
    const socket = this.#nextSocket();
    this.#lent = lentCapabilities(spec, traced, plan);
    const launch = { plan, volume, socket: pathOf(socket), hasCalls: request.hasCalls === true };
    return {
      spec: tracedSpec(spec, traced, { ...launch, hasVisitors: hasVisitors && !plan.isUnprivileged }),
      placed: () => placed,
      follow: (container) => this.#follow(container, { plan, socket, hasVisitors }),
      isAllowed: async () => (await chosen).plan === plan,
    };
  }

  async exec(container: string, traced: Traced, { signal }: { readonly signal: AbortSignal }): Promise<RunResult> {
    const { plan, collector } = await this.#parts.chosen;
    const how = { ...identityOf(traced, plan), signal };
    if (plan.way === "none") return runInContainer(this.#engine, container, traced.argv, how);
    const socket = this.#nextSocket();
    await collector.listen(socket);
    const hasCalls = this.#parts.request.hasCalls === true;
    const launch = { plan, socket: pathOf(socket), isChild: true, lent: this.#lent, hasCalls, hasVisitors: false };
    return runInContainer(this.#engine, container, launchArguments(traced, launch), how);
  }

  async take(): Promise<Trace> {
    const { plan, collector } = await this.#parts.chosen;
    this.#checked = checkSensorVolume(this.#engine, collector.id, this.#parts.request.program);
    this.#checked.catch(() => undefined);
    return parseTrace(await collector.take(), plan.mode);
  }

  async remove(): Promise<void> {
    const chosen = await this.#parts.chosen.catch(() => null);
    const [checked] = await Promise.allSettled([this.#checked]);
    await Promise.all([...this.#watchers, ...(chosen === null ? [] : [chosen.collector])].map((helper) => helper.remove()));
    await removeSensorVolume(this.#engine, this.#parts.volume);
    if (checked.status === "rejected") throw checked.reason;
  }

  async #follow(
    container: string,
    { plan, socket, hasVisitors }: { readonly plan: SensorPlan; readonly socket: string; readonly hasVisitors: boolean },
  ): Promise<void> {
    const { plan: chosen, collector } = await this.#parts.chosen;
    if (chosen !== plan) throw new CooperError("sensor-refused", "This engine lets no program be followed so.", { exit: EXIT.incomplete });
    const isHeard = hasVisitors && !plan.isUnprivileged && collector.ways.has("fanotify");
    const heard = isHeard ? this.#orEnd(container, collector.hearing(socket)) : Promise.resolve();
    await Promise.all([collector.listen(socket), heard]);
    if (plan.way === "none") await this.#watch(container);
    // Where the engine forbids the watcher, what visitors open is not seen; the program itself is.
    else if (hasVisitors && !isHeard) await this.#watch(container).catch(() => undefined);
    if (plan.way === "none") await collector.letGo(socket);
  }

  /** Waits for something of a container, as long as that runs. */
  async #orEnd(container: string, awaited: Promise<void>): Promise<void> {
    const stop = new AbortController();
    const ended = waitContainer(this.#engine, container, { signal: stop.signal }).catch(() => undefined);
    try {
      await Promise.race([awaited, ended]);
    } finally {
      stop.abort();
      awaited.catch(() => undefined);
    }
  }

  async #watch(container: string): Promise<void> {
    const { request, volume } = this.#parts;
    const { collector } = await this.#parts.chosen;
    const socket = this.#nextSocket();
    await collector.listen(socket);
    const watched = { image: request.image, run: request.run, volume, container, socket: pathOf(socket) };
    this.#watchers.push(await Watching.start(this.#engine, watched));
  }

  #nextSocket(): string {
    return `run${this.#sockets++}`;
  }
}

/** Whom the engine runs a further command as; the privileged sensor becomes the user itself. */
function identityOf({ user, workdir }: Traced, plan: SensorPlan): { readonly user?: string; readonly workdir?: string } {
  if (!plan.isUnprivileged) return { user: "0:0" };
  return { ...(user === "" ? {} : { user }), ...(workdir === "" ? {} : { workdir }) };
}

function pathOf(socket: string): string {
  return `${SENSOR_FOLDER}/${socket}`;
}
