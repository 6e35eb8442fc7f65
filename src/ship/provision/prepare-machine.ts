import { createVolume } from "../../engine/volume.ts";
import { posix } from "node:path";
import type { Plan } from "../plan/model.ts";
import { giveSecrets } from "../secrets/secret-files.ts";
import { checkPlan, type Work } from "./check-plan.ts";
import { explained } from "./explain.ts";
import { fillFolder } from "./fill-folder.ts";
import type { Place, Prepared } from "./place.ts";
import { checkItem, placeItem, provisionItem } from "./provision-item.ts";
import { claimFolder } from "./test-volumes.ts";
import { makePlaced, pathOf } from "./walk-down.ts";

/**
 * Carries out the steps of a plan that concern this machine: folders, their contents, files, secrets. What can be checked is checked before
 * anything is changed. Throws `secret-missing`, `path-unsafe`, `owner-unknown`, `id-not-mapped`, `copy-refused`, `content-not-made`,
 * `test-volumes-unsafe`, `mode-not-isolated`, `provision-not-local`, `provision-not-allowed`.
 */
export async function prepareMachine(plan: Plan, place: Place): Promise<Prepared> {
  const work = await checkPlan(plan, place);
  await makeFolders(work, plan, place);
  await makeItems(work, plan, place);
  if (work.secrets.length === 0) return { mounts: [], release: async () => {} };
  const secrets = await giveSecrets(place.engine, plan.container.name, work.secrets);
  return { mounts: secrets.mounts, release: async () => secrets.release() };
}

async function makeFolders({ folders, fills, parents }: Work, plan: Plan, place: Place): Promise<void> {
  for (const { step } of fills) await claimFolder(posix.dirname(step.to), plan, place);
  for (const { placed, ownership } of folders) explained(pathOf(placed), () => makePlaced(placed, { own: ownership, parents }).close());
  for (const { step, ownership } of fills) await fillFolder(step, ownership, { plan, place });
}

async function makeItems({ items, volumes, parents }: Work, plan: Plan, place: Place): Promise<void> {
  if (items.length === 0) return;
  const labels = { "cooper.unit": plan.unit, "cooper.mode": plan.mode };
  for (const name of volumes) await createVolume(place.engine, { name, labels });
  for (const { item, ownership } of items) {
    const placed = await placeItem(item, plan, place);
    if (placed === null) continue;
    checkItem(placed);
    await provisionItem(placed, { own: ownership, parents }, place);
  }
}
