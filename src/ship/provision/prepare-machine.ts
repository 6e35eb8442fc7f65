import { CooperError } from "../../base/errors.ts";
import type { Plan, PlanStep } from "../plan/model.ts";
import type { Place, Prepared } from "./place.ts";
import { readOwnership } from "./ownership.ts";
import { trustedPlace } from "./trusted-root.ts";
import { makePlaced } from "./walk-down.ts";

/**
 * Carries out the steps of a plan that concern this machine (folders, their contents, files, secrets). What can be checked is checked before
 * anything is changed. Throws `path-unsafe`, `provision-not-local`.
 */
export async function prepareMachine(plan: Plan, place: Place): Promise<Prepared> {
  const folders = plan.steps.filter((step) => step.act === "make-folder");
  if (folders.length > 0 && !place.engine.isLocal) throw notLocal(place);
  for (const step of folders) await makeFolder(step, plan, place);
  return { mounts: [], release: async () => {} };
}

type MakeFolder = Extract<PlanStep, { readonly act: "make-folder" }>;

async function makeFolder(step: MakeFolder, plan: Plan, place: Place): Promise<void> {
  const placed = await trustedPlace(step.path, plan, place);
  makePlaced(placed, readOwnership(step)).close();
}

function notLocal({ engine, settings }: Place): CooperError {
  return new CooperError(
    "provision-not-local",
    `The folders of ${settings.name} would be made here, and the engine ${engine.url} is on another machine.`,
    {
      hint: "Run cooper on that machine, or use named volumes.",
    },
  );
}
