import type { Variables } from "../../format/compose/interpolate.ts";
import type { YamlFile } from "../../format/yaml/read-yaml.ts";
import { hostSchema, type HostFile } from "./schema/host-schema.ts";
import { interpolateFile } from "./interpolate-tree.ts";
import { need } from "./problems.ts";
import { layersOf, tidyObject, type UnitFile } from "./read-unit-file.ts";

/** A machine's file: what it says of the machine, and what it says of every unit. */
export interface HostSettings {
  readonly machine: Omit<HostFile, "service" | "version">;
  readonly layers: Pick<UnitFile, "base" | "modes"> | null;
}

/** Reads `host.yaml`; throws `settings-invalid`, `variable-unset`. */
export function readHostFile(file: YamlFile, variables: Variables): HostSettings {
  const raw = tidyObject(interpolateFile(file, variables)) ?? {};
  const { service, version: _, ...machine } = need(hostSchema, raw, file);
  return { machine, layers: service === undefined ? null : layersOf(service, { file, at: ["service"] }) };
}
