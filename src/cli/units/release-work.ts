import type { UnitWork as ReleaseWork } from "../../ship/release/unit-work.ts";
import { findUnit } from "../../ship/units/find-unit.ts";
import { machinePlace } from "./machine-place.ts";
import type { UnitWork } from "./unit-work.ts";
import { surroundings, type UnitOptions } from "../words/unit-options.ts";

/** A unit whose images are worked on: its settings are read in each mode that is needed. */
export async function releaseWork(
  { context, engine, execution, host, settings }: UnitWork,
  { set }: Pick<UnitOptions, "set">,
): Promise<ReleaseWork> {
  return {
    execution,
    unit: await findUnit(settings.folder, { cwd: context.cwd, roots: host.roots }),
    host,
    around: surroundings(context),
    set,
    place: (own) => ({ ...machinePlace(context, engine, { settings: own, host }), emit: execution.emit }),
  };
}
