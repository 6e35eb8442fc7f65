import { isCooperError, type CooperError } from "../../base/errors.ts";
import { pathExists } from "../../system/file/files.ts";
import { join } from "node:path";
import { instanceName } from "../plan/make-plan.ts";
import { type Mode, namespaceOf } from "../settings/modes.ts";
import type { UnitSettings } from "../settings/layer.ts";
import { resolveSettings } from "../settings/resolve.ts";
import type { UnitFolder } from "../units/find-unit.ts";
import type { Host, Surroundings } from "../units/load-host.ts";
import { loadUnit } from "../units/load-unit.ts";

/** A unit, and what its container is called in one mode. */
export interface KnownUnit {
  readonly unit: UnitFolder;
  readonly mode: Mode;
  readonly instance: string;
  /** Null where its file cannot be carried out; then `problem` says why. */
  readonly settings: UnitSettings | null;
  readonly problem: CooperError | null;
  readonly hasDockerfile: boolean;
}

/** Reads units; one whose settings are wrong is still known by its name. */
export function loadKnownUnits(
  units: readonly UnitFolder[],
  host: Host,
  { around, mode }: { readonly around: Surroundings; readonly mode: Mode },
): Promise<readonly KnownUnit[]> {
  return Promise.all(units.map((unit) => loadKnownUnit(unit, host, { around, mode })));
}

async function loadKnownUnit(
  unit: UnitFolder,
  host: Host,
  { around, mode }: { readonly around: Surroundings; readonly mode: Mode },
): Promise<KnownUnit> {
  const hasDockerfile = await pathExists(join(unit.path, "Dockerfile"));
  try {
    const settings = resolveSettings(await loadUnit(unit, host, { around, mode, set: [] }));
    return { unit, mode, instance: instanceName(settings), settings, problem: null, hasDockerfile };
  } catch (problem) {
    if (!isCooperError(problem)) throw problem;
    const instance = namespaceOf(unit.name, mode);
    return { unit, mode, instance, settings: null, problem, hasDockerfile };
  }
}
