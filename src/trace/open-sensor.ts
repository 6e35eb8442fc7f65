import { CooperError, isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Engine } from "../engine/open-engine.ts";
import { Collector } from "./collector.ts";
import { type Chosen, PlacedSensor, type Sensor, type SensorRequest } from "./sensor.ts";
import { type SensorPlan, sensorPlans } from "./sensor-mode.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import { checkSensorVolume, createSensorVolume, fillSensorVolume } from "./sensor-volume.ts";
import { Watching } from "./watch-helper.ts";

/** Begins to put the sensor onto the engine, in the best mode that is seen to work. It is to be removed whatever comes of that. */
export async function openSensor(engine: Engine, request: SensorRequest): Promise<Sensor> {
  const plans = sensorPlans(request.mode, request.isTrusted);
  const [likely] = plans;
  if (likely === undefined) throw refused([]);
  const volume = await createSensorVolume(engine, request.run);
  let tellPlaced: () => void = () => undefined;
  const isPlaced = new Promise<void>((resolve) => (tellPlaced = resolve));
  const chosen = choose(engine, request, { plans, volume, tellPlaced });
  const placed = Promise.race([isPlaced, chosen.then(() => undefined)]);
  placed.catch(() => undefined);
  return new PlacedSensor(engine, { request, volume, likely, chosen, placed });
}

interface Place {
  readonly volume: string;
  /** The sensor is in the volume. */
  readonly tellPlaced: () => void;
}

async function choose(
  engine: Engine,
  request: SensorRequest,
  { plans, ...place }: Place & { readonly plans: readonly SensorPlan[] },
): Promise<Chosen> {
  const failures: string[] = [];
  const started = new Map<string, Collector | string>();
  for (const plan of plans) {
    const key = `${plan.capabilities.join()} ${plan.isUnprivileged}`;
    const found = started.get(key) ?? (await tryCollector(engine, { request, ...place, plan }));
    started.set(key, found);
    const failure = typeof found === "string" ? found : await failureOf(engine, { request, ...place, plan, collector: found });
    if (typeof found !== "string" && failure === null) {
      await removeAll([...started.values()].filter((other) => other !== found));
      return { plan, collector: found };
    }
    failures.push(`${nameOf(plan)}: ${failure}`);
  }
  await removeAll([...started.values()]);
  throw refused(failures);
}

function refused(failures: readonly string[]): CooperError {
  return new CooperError("sensor-refused", "This engine lets no program be followed.", {
    hint: `What was tried:\n${failures.join("\n")}`,
    exit: EXIT.incomplete,
  });
}

async function removeAll(started: readonly (Collector | string)[]): Promise<void> {
  for (const collector of started) if (typeof collector !== "string") await collector.remove();
}

interface Trial extends Place {
  readonly request: SensorRequest;
  readonly plan: SensorPlan;
}

/** A collector with the plan's capabilities, or why there is none. */
async function tryCollector(engine: Engine, { request, volume, tellPlaced, plan }: Trial): Promise<Collector | string> {
  const { image, run, program } = request;
  let collector: Collector | null = null;
  try {
    collector = await Collector.start(engine, {
      image,
      volume,
      run,
      capabilities: plan.capabilities,
      securityOptions: plan.isUnprivileged ? [] : [`seccomp=${seccompProfile(["bpf", "fanotify_init"])}`],
      isUnprivileged: plan.isUnprivileged,
      prepare: async (id) => {
        await fillSensorVolume(engine, id, program);
        tellPlaced();
      },
    });
    await checkSensorVolume(engine, collector.id, program);
    return collector;
  } catch (error) {
    await collector?.remove();
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
