import { CooperError } from "../../base/errors.ts";
import { findUnit, listUnits, type UnitFolder } from "../../ship/units/find-unit.ts";
import { type Host, loadHost } from "../../ship/units/load-host.ts";
import type { VerbContext } from "../context.ts";
import { surroundings, type UnitOptions } from "../words/unit-options.ts";

/** Which units a verb that takes several was told. */
export interface UnitSelection extends Pick<UnitOptions, "root"> {
  readonly all?: boolean;
}

/** The units that the words mean, each once, in the order of the words; all units of the roots with `all`; that of the working folder where nothing is said. */
export async function selectUnits(
  context: VerbContext,
  words: readonly string[],
  selection: UnitSelection,
): Promise<{ readonly units: readonly UnitFolder[]; readonly host: Host }> {
  const host = await loadHost(surroundings(context), { root: selection.root });
  const places = { cwd: context.cwd, roots: host.roots };
  if (selection.all !== true) {
    const found = await Promise.all((words.length === 0 ? ["."] : words).map((word) => findUnit(word, places)));
    return { units: found.filter((one, index) => found.findIndex(({ path }) => path === one.path) === index), host };
  }
  if (words.length > 0) {
    throw new CooperError("units-and-all", "Units were named, and --all was said too.", { hint: "Name the units, or say --all." });
  }
  const units = await listUnits(places);
  if (units.length > 0) return { units, host };
  throw new CooperError(
    "unit-unknown",
    `There is no unit in ${host.roots.length > 0 ? host.roots.join(", ") : "this folder or beside it"}.`,
    {
      hint: "Name the folders that hold units in ~/.config/cooper/host.yaml (roots), COOPER_ROOTS or --root.",
    },
  );
}
