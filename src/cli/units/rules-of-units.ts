import { isCooperError } from "../../base/errors.ts";
import { type InstanceRules, modeOf, unitNamesOf } from "../../ship/scan/allow/unit-instance.ts";
import type { UnitRules } from "../../ship/scan/allow/rules.ts";
import { MODES, type Mode } from "../../ship/settings/modes.ts";
import { placeText } from "../../ship/settings/layer.ts";
import { resolveSettings } from "../../ship/settings/resolve.ts";
import { listUnits, type UnitFolder } from "../../ship/units/find-unit.ts";
import type { Host } from "../../ship/units/load-host.ts";
import { loadUnit } from "../../ship/units/load-unit.ts";
import type { VerbContext } from "../context.ts";
import { surroundings } from "../words/unit-options.ts";
import type { RulesOf } from "./unit-rules.ts";

/** Tells what the settings of a container's unit allow, of the units of a machine's roots; each is read once. */
export async function rulesOfUnits(context: VerbContext, host: Host): Promise<RulesOf> {
  const known = await listUnits({ cwd: context.cwd, roots: host.roots });
  const read = new Map<string, Promise<UnitRules>>();
  return (container) => {
    const unit = unitNamesOf(container)
      .map((name) => known.find((one) => one.name === name))
      .find((one) => one !== undefined);
    if (unit === undefined) return Promise.resolve(null);
    const mode = modeOf(container);
    const key = `${mode} ${unit.path}`;
    const rules = read.get(key) ?? readRules(context, host, { unit, mode });
    read.set(key, rules);
    return rules;
  };
}

/** The same of all units at once, for machines where their settings are not. */
export async function allInstanceRules(context: VerbContext, host: Host): Promise<readonly InstanceRules[]> {
  const known = await listUnits({ cwd: context.cwd, roots: host.roots });
  const all = known.flatMap((unit) => MODES.map((mode) => ({ unit, mode })));
  return await Promise.all(
    all.map(async ({ unit, mode }) => ({ unit: unit.name, mode, rules: await readRules(context, host, { unit, mode }) })),
  );
}

interface UnitInstance {
  readonly unit: UnitFolder;
  readonly mode: Mode;
}

async function readRules(context: VerbContext, host: Host, { unit, mode }: UnitInstance): Promise<UnitRules> {
  try {
    const { cooper } = resolveSettings(await loadUnit(unit, host, { around: surroundings(context), mode, set: [] }));
    const allow = cooper.scan?.allow ?? [];
    const file = `${unit.path}/${unit.file}`;
    return {
      profile: cooper.scan?.profile ?? "service",
      rules: allow.length === 0 ? null : { file: mode === "prod" ? file : `${file} (${mode})`, image: null, allow },
      problem: null,
    };
  } catch (error) {
    if (!isCooperError(error)) throw error;
    return { profile: "service", rules: null, problem: `${placeText(error.where ?? {})}: ${error.message}` };
  }
}
