import type { ContainerInfo } from "../../engine/container/container.ts";
import type { UnitRules } from "../../ship/scan/allow/rules.ts";
import type { InstanceRules } from "../../ship/scan/allow/unit-instance.ts";
import type { Host } from "../../ship/units/load-host.ts";
import { errorCode } from "../../system/file/files.ts";
import type { VerbContext } from "../context.ts";

/** Tells what the settings of a container's unit say of its scan; null for one that is no unit's. */
export type RulesOf = (container: ContainerInfo) => Promise<UnitRules | null>;

interface UnitChoice {
  readonly root?: readonly string[];
  readonly units?: boolean;
}

/**
 * Tells what the settings of a container's unit allow. Only units of named roots are asked: what lies in the folder somebody happens to be in
 * must not silence anything. What reads settings is loaded only where there are roots.
 */
export async function unitRules(context: VerbContext, choice: UnitChoice): Promise<RulesOf> {
  const host = await hostWithRoots(context, choice);
  if (host === null) return () => Promise.resolve(null);
  const { rulesOfUnits } = await import("./rules-of-units.ts");
  return await rulesOfUnits(context, host);
}

/** The same of all units of the named roots. */
export async function allUnitRules(context: VerbContext, choice: UnitChoice): Promise<readonly InstanceRules[]> {
  const host = await hostWithRoots(context, choice);
  if (host === null) return [];
  const { allInstanceRules } = await import("./rules-of-units.ts");
  return await allInstanceRules(context, host);
}

async function hostWithRoots({ env, home, cwd }: VerbContext, { root = [], units = true }: UnitChoice): Promise<Host | null> {
  if (!units) return null;
  const { loadHost } = await import("../../ship/units/load-host.ts");
  // What may not be read allows nothing: that is the safe side.
  const host = await loadHost({ env, home, cwd }, { root }).catch((error: unknown) => {
    if (errorCode(error) === "EACCES") return null;
    throw error;
  });
  return host === null || host.roots.length === 0 ? null : host;
}
