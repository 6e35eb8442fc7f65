import { CooperError, isCooperError } from "../../base/errors.ts";
import { type ContainerInfo, inspectContainer, listContainers } from "../../engine/container/container.ts";
import type { ContainerSpec } from "../../engine/container/container-spec.ts";
import { inspectImage } from "../../engine/image/image.ts";
import { createNetwork } from "../../engine/network.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { createVolume } from "../../engine/volume.ts";
import type { Plan } from "../plan/model.ts";
import { containerOfPlan, fingerprint, PLAN_LABEL } from "./container-of-plan.ts";
import type { BringUpRequest, BroughtUp, Execution, PreparedMachine } from "./model.ts";
import { recover } from "./recover.ts";
import { replaceContainer } from "./replace.ts";

/**
 * Makes and starts what a plan says and waits until it is seen to work. A container of that name is kept beside it until then, else the very
 * same one comes back. Throws `rolled-back` (exit 6), `not-accepted`, `container-not-ours`, `image-unknown`, `not-restored`.
 */
export async function bringUp(execution: Execution, request: BringUpRequest): Promise<BroughtUp> {
  const { engine } = execution;
  const { plan, lock } = request;
  await recover(execution, lock);
  const old = await namesake(engine, plan.container.name);
  if (old !== null) refuseForeign(old, request);
  if (old !== null && request.when === "changed" && isAsPlanned(old, plan)) {
    return { id: old.id, name: old.name, did: "unchanged", accepted: "ran-already", gapMs: 0 };
  }
  const image = await imageOf(engine, plan);
  const prepared = await request.prepare(plan);
  const spec = await specOf(execution, plan, { image, prepared });
  return replaceContainer({ execution, plan, spec, old, release: prepared.release });
}

/** All that is needed to make the container; what was prepared for it alone is taken back where it cannot be made. */
async function specOf({ engine }: Execution, plan: Plan, { image, prepared }: Ready): Promise<ContainerSpec> {
  try {
    await makeSurroundings(engine, plan);
    return await containerOfPlan(plan, image, prepared.mounts);
  } catch (error) {
    await prepared.release();
    throw error;
  }
}

interface Ready {
  readonly image: string;
  readonly prepared: PreparedMachine;
}

/** The container that has a name exactly. */
export async function namesake(engine: Engine, name: string): Promise<ContainerInfo | null> {
  const found = (await listContainers(engine, { all: true })).find((one) => one.name === name);
  return found === undefined ? null : inspectContainer(engine, found.id);
}

/** Makes the networks and volumes of a plan that are not there yet. */
export async function makeSurroundings(engine: Engine, { steps, unit, mode }: Plan): Promise<void> {
  const labels = { "cooper.unit": unit, "cooper.mode": mode };
  for (const step of steps) {
    if (step.act === "make-volume") await createVolume(engine, { name: step.name, labels });
    if (step.act !== "make-network") continue;
    const { name, internal, subnet } = step;
    await createNetwork(engine, { name, internal, labels, ...(subnet === null ? {} : { subnet }) }).catch(ignoreConflict);
  }
}

// Another unit that shares the network may have made it in this moment.
function ignoreConflict(error: unknown): void {
  if (!isCooperError(error) || error.code !== "network-conflict") throw error;
}

function isAsPlanned({ state, config, imageId }: ContainerInfo, plan: Plan): boolean {
  const works = state.running && !state.paused && state.health !== "unhealthy";
  return works && imageId === plan.image.id && config.labels[PLAN_LABEL] === fingerprint(plan);
}

function refuseForeign({ name, config, autoRemove }: ContainerInfo, { plan, adopt = false }: BringUpRequest): void {
  if (config.labels["cooper.unit"] !== plan.unit && !adopt) {
    throw new CooperError("container-not-ours", `There is a container ${name} already, which cooper did not make for ${plan.unit}.`, {
      hint: "Remove or rename it, or say --adopt: then it makes room, and is removed when the new one is accepted.",
      where: { container: name },
    });
  }
  if (!autoRemove) return;
  throw new CooperError("recreate-impossible", `${name} was started with --rm: it goes when it is stopped, and could not come back.`, {
    hint: "Stop it, and try again.",
    where: { container: name },
  });
}

/** The image of a plan, by its name where that still means it; throws `image-unknown`. */
export async function imageOf(engine: Engine, { image, unit }: Plan): Promise<string> {
  const { id, reference } = image;
  if (id === null) {
    throw new CooperError("image-unknown", `The engine has no image ${reference}, which ${unit} is made of.`, {
      hint: `Build it (\`cooper build ${unit}\`; production runs what was promoted: \`cooper promote ${unit}\`), or pull it.`,
      where: { image: reference },
    });
  }
  const named = await inspectImage(engine, reference).catch(() => null);
  return named?.id === id ? reference : id;
}
