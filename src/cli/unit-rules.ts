import type { ContainerInfo } from "../engine/container.ts";
import type { UnitRules } from "../ship/scan/allow/rules.ts";
import { errorCode } from "../system/files.ts";
import type { VerbContext } from "./context.ts";

/** Tells what the settings of a container's unit say of its scan; null for one that is no unit's. */
export type RulesOf = (container: ContainerInfo) => Promise<UnitRules | null>;

/**
 * Tells what the settings of a container's unit allow. Only units of named roots are asked: what lies in the folder somebody happens to be in
 * must not silence anything. What reads settings is loaded only where there are roots.
 */
export async function unitRules(
  context: VerbContext,
  { root = [], units = true }: { readonly root?: readonly string[]; readonly units?: boolean },
): Promise<RulesOf> {
  const none = (): Promise<null> => Promise.resolve(null);
  if (!units) return none;
  const { env, home, cwd } = context;
  const { loadHost } = await import("../ship/units/load-host.ts");
  // What may not be read allows nothing: that is the safe side.
  const host = await loadHost({ env, home, cwd }, { root }).catch((error: unknown) => {
    if (errorCode(error) === "EACCES") return null;
    throw error;
  });
  if (host === null || host.roots.length === 0) return none;
  const { rulesOfUnits } = await import("./rules-of-units.ts");
  return await rulesOfUnits(context, host);
}
