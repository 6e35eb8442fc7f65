import { isCooperError } from "../base/errors.ts";
import type { ContainerInfo } from "../engine/container.ts";
import type { UnitRules } from "../ship/scan/allow/rules.ts";
import { MODES, type Mode } from "../ship/settings/cooper-schema.ts";
import { placeText } from "../ship/settings/layer.ts";
import { resolveSettings } from "../ship/settings/resolve.ts";
import { listUnits, type UnitFolder } from "../ship/units/find-unit.ts";
import type { Host } from "../ship/units/load-host.ts";
import { loadUnit } from "../ship/units/load-unit.ts";
import type { VerbContext } from "./context.ts";
import { surroundings } from "./unit-options.ts";
import type { RulesOf } from "./unit-rules.ts";

/** Tells what the settings of a container's unit allow, of the units of a machine's roots; each is read once. */
export async function rulesOfUnits(context: VerbContext, host: Host): Promise<RulesOf> {
  const known = await listUnits({ cwd: context.cwd, roots: host.roots });
  const read = new Map<string, Promise<UnitRules>>();
  return (container) => {
    const found = unitOf(container, known);
    if (found === null) return Promise.resolve(null);
    const key = `${found.mode} ${found.unit.path}`;
    const rules = read.get(key) ?? readRules(context, host, found);
    read.set(key, rules);
    return rules;
  };
}

interface UnitInstance {
  readonly unit: UnitFolder;
  readonly mode: Mode;
}

/** By the labels that it was made with, else by its name. */
function unitOf({ name, config }: ContainerInfo, units: readonly UnitFolder[]): UnitInstance | null {
  const label = config.labels["cooper.unit"];
  const mode = MODES.find((one) => one === config.labels["cooper.mode"]) ?? "prod";
  const unit = units.find((one) => one.name === (label ?? name));
  return unit === undefined ? null : { unit, mode };
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
