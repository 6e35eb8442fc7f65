import type { Command } from "commander";
import { Option } from "commander";
import { collect, readNameAndValue } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import { findUnit, type UnitFolder } from "../../ship/units/find-unit.ts";
import { loadHost, type Host, type Surroundings } from "../../ship/units/load-host.ts";
import { MODES, type Mode } from "../../ship/settings/modes.ts";

/** What every verb that takes a unit can be told. */
export interface UnitOptions {
  readonly root: readonly string[];
  readonly mode: Mode;
  readonly set: readonly (readonly [string, string])[];
}

/** Adds the options of a verb that takes a unit. */
export function addUnitOptions(command: Command): Command {
  return command
    .option("--root <folder>", "a folder that holds units, instead of those of host.yaml (may be repeated)", collect(String), [])
    .addOption(new Option("-m, --mode <mode>", "which instance").choices(MODES).default("prod"))
    .option("--set <KEY=VALUE>", "a setting over those of all files; the value is YAML (may be repeated)", collect(readNameAndValue), []);
}

/** The process as settings see it. */
export function surroundings({ env, home, cwd }: VerbContext): Surroundings {
  return { env, home, cwd };
}

/** The unit that a word means on this machine. */
export async function findNamedUnit(
  context: VerbContext,
  word: string,
  options: Pick<UnitOptions, "root">,
): Promise<{ readonly unit: UnitFolder; readonly host: Host }> {
  const host = await loadHost(surroundings(context), { root: options.root });
  return { unit: await findUnit(word, { cwd: context.cwd, roots: host.roots }), host };
}
