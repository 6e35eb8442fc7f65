import { isCooperError } from "../../base/errors.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { UserNamespace } from "../../engine/user-namespace/user-namespace.ts";
import type { Plan, PlanStep } from "../plan/model.ts";
import { type Ids, readIdentities } from "./identities.ts";

/** An owner of a plan's step by number, in the container and on this machine. */
export interface OwnerIds {
  readonly container: Ids;
  readonly host: Ids;
}

/** Who the owners that a plan names are. */
export interface PlanOwners {
  readonly map: UserNamespace;
  /** Those of the steps that name one that is known without making a container. */
  readonly ids: ReadonlyMap<PlanStep, OwnerIds>;
}

/** Looks up the owners of a plan's steps; changes nothing, so that an image whose files cannot be seen from here leaves names unknown. */
export async function planOwners(engine: Engine, plan: Plan): Promise<PlanOwners> {
  const steps = plan.steps.filter((step) => step.act === "make-folder" || step.act === "provision");
  const names = steps.flatMap(({ owner, group }) => [owner, group]);
  const identities = await readIdentities(engine, plan, { names, mayMake: false });
  const ids = steps.flatMap((step): readonly (readonly [PlanStep, OwnerIds])[] => {
    if (step.owner === null && step.group === null) return [];
    try {
      const container = identities.inside(step);
      return [[step, { container, host: identities.outside(container) }]];
    } catch (error) {
      // It is an error for who carries the plan out; the names are shown as they are.
      if (isCooperError(error)) return [];
      throw error;
    }
  });
  return { map: identities.map, ids: new Map(ids) };
}
