import { CooperError, isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Engine } from "../engine/open-engine.ts";
import { Collector } from "./collector.ts";
import { makeSensor, type Sensor, type SensorRequest } from "./sensor.ts";
import { type SensorPlan, sensorPlans } from "./sensor-mode.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import { createSensorVolume, fillSensorVolume, removeSensorVolume } from "./sensor-volume.ts";
import { Watching } from "./watch-helper.ts";

/** Puts the sensor onto the engine in the best mode that was seen to work; throws `sensor-refused`, which says of each way why it failed. */
export async function openSensor(engine: Engine, request: SensorRequest): Promise<Sensor> {
  const volume = await createSensorVolume(engine, request.run);
  const removeVolume = (): Promise<void> => removeSensorVolume(engine, volume);
  try {
    const { plan, collector } = await choose(engine, request, volume);
    const remove = async (): Promise<void> => {
      await collector.remove();
      await removeVolume();
    };
    return makeSensor(engine, { request, plan, collector, volume, remove });
  } catch (error) {
    await removeVolume();
    throw error;
  }
}

interface Chosen {
  readonly plan: SensorPlan;
  readonly collector: Collector;
}

async function choose(engine: Engine, request: SensorRequest, volume: string): Promise<Chosen> {
  const failures: string[] = [];
  const started = new Map<string, Collector | string>();
  for (const plan of sensorPlans(request.mode, request.isTrusted)) {
    const key = `${plan.capabilities.join()} ${plan.isUnprivileged}`;
    const found = started.get(key) ?? (await tryCollector(engine, { request, volume, plan }));
    started.set(key, found);
    const failure = typeof found === "string" ? found : await failureOf(engine, { request, volume, plan, collector: found });
    if (typeof found !== "string" && failure === null) {
      await removeAll([...started.values()].filter((other) => other !== found));
      return { plan, collector: found };
    }
    failures.push(`${nameOf(plan)}: ${failure}`);
  }
  await removeAll([...started.values()]);
  throw new CooperError("sensor-refused", "This engine lets no program be followed.", {
    hint: `What was tried:\n${failures.join("\n")}`,
    exit: EXIT.incomplete,
  });
}

async function removeAll(started: readonly (Collector | string)[]): Promise<void> {
  for (const collector of started) if (typeof collector !== "string") await collector.remove();
}

interface Trial {
  readonly request: SensorRequest;
  readonly volume: string;
  readonly plan: SensorPlan;
}

/** A collector with the plan's capabilities, or why there is none. */
async function tryCollector(engine: Engine, { request, volume, plan }: Trial): Promise<Collector | string> {
  const { image, run, program } = request;
  try {
    return await Collector.start(engine, {
      image,
      volume,
      run,
      capabilities: plan.capabilities,
      securityOptions: plan.isUnprivileged ? [] : [`seccomp=${seccompProfile()}`],
      isUnprivileged: plan.isUnprivileged,
      prepare: (id) => fillSensorVolume(engine, id, program),
    });
  } catch (error) {
    if (isCooperError(error) && !FATAL.has(error.code)) return error.message;
    throw error;
  }
}

/** Not the engine's refusal of what the sensor needs, but its state. */
const FATAL: ReadonlySet<string> = new Set(["image-unknown", "no-engine", "engine-unreachable", "sensor-altered"]);

async function failureOf(engine: Engine, { collector, ...trial }: Trial & { readonly collector: Collector }): Promise<string | null> {
  const { plan, request, volume } = trial;
  if (plan.way !== "none") return collector.ways.has(plan.way) ? null : `${WAYS[plan.way]} does not work in a container here`;
  try {
    const watching = await Watching.start(engine, { image: request.image, volume, run: request.run, container: collector.id });
    await watching.remove();
    return null;
  } catch (error) {
    if (isCooperError(error) && !FATAL.has(error.code)) return error.message;
    throw error;
  }
}

const WAYS = { notify: "seccomp user notification", ptrace: "ptrace" } as const;

function nameOf(plan: SensorPlan): string {
  const capabilities = plan.capabilities.length === 0 ? "" : ` with ${plan.capabilities.join(" and ")}`;
  return `${plan.mode}${plan.way === "none" ? "" : capabilities}`;
}
