import type { ContainerSpec } from "../engine/container-spec.ts";
import { type RunResult, runInContainer } from "../engine/exec.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Collector } from "./collector.ts";
import { parseTrace, type Trace } from "./protocol.ts";
import { lentCapabilities } from "./lent-capabilities.ts";
import { launchArguments, type Traced, tracedSpec } from "./traced-container.ts";
import { SENSOR_FOLDER } from "./sensor-folder.ts";
import type { SensorMode, SensorPlan } from "./sensor-mode.ts";
import { checkSensorVolume } from "./sensor-volume.ts";
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

/** The sensor of one run: makes containers traced and gathers what their programs touched. */
export interface Sensor {
  readonly mode: SensorMode;
  /** The same container with the sensor as its first process; the program takes its place and is process 1. */
  specOf(spec: ContainerSpec, traced: Traced): Promise<ContainerSpec>;
  /** To be called once a container of `specOf` is started. `hasVisitors`: somebody else may `docker exec` there, and what that opens counts too. */
  follow(containerId: string, options: { readonly hasVisitors: boolean }): Promise<void>;
  /** Runs a further command in a traced container to its end, traced as the first, without the sensor's capabilities. */
  exec(containerId: string, traced: Traced, options: { readonly signal: AbortSignal }): Promise<RunResult>;
  /** All that was touched up to now. */
  take(): Promise<Trace>;
  /** Ends the helpers and removes the volume. */
  remove(): Promise<void>;
}

interface Parts {
  readonly request: SensorRequest;
  readonly plan: SensorPlan;
  readonly collector: Collector;
  readonly volume: string;
  remove(): Promise<void>;
}

/** Puts a chosen plan and its collector to use. */
export function makeSensor(engine: Engine, parts: Parts): Sensor {
  const { plan, collector, request } = parts;
  const hasCalls = request.hasCalls === true;
  const sockets = new Sockets(collector);
  const watchers: Watching[] = [];
  const watch = async (container: string): Promise<void> => {
    const socket = pathOf(await sockets.open({ waits: false }));
    watchers.push(await Watching.start(engine, { image: request.image, run: request.run, volume: parts.volume, container, socket }));
  };
  // The containers of one sensor are made alike.
  let lent: readonly string[] = [];
  return {
    mode: plan.mode,
    specOf: async (spec, traced) => {
      const name = await sockets.open({ waits: plan.way === "none" });
      lent = lentCapabilities(spec, traced, plan);
      return tracedSpec(spec, traced, { plan, volume: parts.volume, socket: pathOf(name), hasCalls });
    },
    follow: async (container, { hasVisitors }) => {
      if (plan.way === "none") await watch(container);
      // Where the engine forbids the watcher, what visitors open is not seen; the program itself is.
      else if (hasVisitors) await watch(container).catch(() => undefined);
      await sockets.letGo();
    },
    exec: async (container, traced, { signal }) => {
      const socket = plan.way === "none" ? null : pathOf(await sockets.open({ waits: false }));
      const launch = socket === null ? traced.argv : launchArguments(traced, { plan, socket, isChild: true, lent, hasCalls });
      return runInContainer(engine, container, launch, { ...identityOf(traced, plan), signal });
    },
    take: async () => {
      await checkSensorVolume(engine, collector.id, request.program);
      return parseTrace(await collector.take(), plan.mode);
    },
    remove: async () => {
      await Promise.all(watchers.map((watching) => watching.remove()));
      await parts.remove();
    },
  };
}

/** Whom the engine runs a further command as; the privileged sensor becomes the user itself. */
function identityOf({ user, workdir }: Traced, plan: SensorPlan): { readonly user?: string; readonly workdir?: string } {
  if (!plan.isUnprivileged) return { user: "0:0" };
  return { ...(user === "" ? {} : { user }), ...(workdir === "" ? {} : { workdir }) };
}

function pathOf(socket: string): string {
  return `${SENSOR_FOLDER}/${socket}`;
}

/** A socket for each sensor that will call, and those of programs that wait to be let go. */
class Sockets {
  readonly #collector: Collector;
  readonly #waiting: string[] = [];
  #count = 0;

  constructor(collector: Collector) {
    this.#collector = collector;
  }

  async open({ waits }: { readonly waits: boolean }): Promise<string> {
    const name = `run${this.#count++}`;
    await this.#collector.listen(name);
    if (waits) this.#waiting.push(name);
    return name;
  }

  async letGo(): Promise<void> {
    const name = this.#waiting.shift();
    if (name !== undefined) await this.#collector.letGo(name);
  }
}
