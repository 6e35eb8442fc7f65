import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { readEnvFile } from "../../format/compose/env-file.ts";
import type { Variables } from "../../format/compose/interpolate.ts";
import { isProblem } from "../../format/compose/problem.ts";
import { readYaml } from "../../format/yaml/read-yaml.ts";
import { pathExists, readTextIfThere } from "../../system/file/files.ts";
import { readAssignments, readEnvironment } from "../settings/assignments.ts";
import type { Mode } from "../settings/modes.ts";
import { readLegacyFile } from "../settings/legacy/read-legacy-file.ts";
import { readUnitFile, type UnitFile } from "../settings/read-unit-file.ts";
import type { UnitSources } from "../settings/resolve.ts";
import type { UnitFolder } from "./find-unit.ts";
import type { Host, Surroundings } from "./load-host.ts";

/** What was asked on the command line. */
export interface UnitRequest {
  readonly mode: Mode;
  readonly set: readonly (readonly [string, string])[];
}

/** Reads all that a unit's settings are made of. */
export async function loadUnit(
  unit: UnitFolder,
  host: Host,
  { around, mode, set }: UnitRequest & { readonly around: Surroundings },
): Promise<UnitSources> {
  const variables = await unitVariables(unit, host, around.env);
  return {
    name: unit.name,
    folder: unit.path,
    mode,
    hasDockerfile: await pathExists(join(unit.path, "Dockerfile")),
    host: host.settings.layers,
    unit: await loadFile(unit, variables),
    environment: readEnvironment(around.env),
    flags: readAssignments(set),
  };
}

async function loadFile(unit: UnitFolder, variables: Variables): Promise<UnitFile> {
  const path = join(unit.path, unit.file);
  const text = (await readTextIfThere(path)) ?? "";
  return unit.file === "settings.yaml"
    ? readLegacyFile({ text, path, name: unit.name, variables })
    : readUnitFile(readYaml(text, path), variables);
}

/** What variables in the files of a unit stand for: the environment, over its .env file, over what the machine's file gives. */
export async function unitVariables(unit: UnitFolder, host: Host, env: Variables): Promise<Variables> {
  const path = join(unit.path, ".env");
  const own: Variables = host.volumes === null ? {} : { COOPER_VOLUMES: host.volumes };
  const text = await readTextIfThere(path);
  if (text === null) return { ...own, ...env };
  const file = readEnvFile(text, { ...own, ...env });
  if (isProblem(file)) {
    const { problem, line } = file;
    throw new CooperError("settings-invalid", `There is ${problem} in this line.`, {
      hint: "It has NAME=value lines.",
      where: { file: path, line: Number(line) },
    });
  }
  return { ...own, ...file, ...env };
}
