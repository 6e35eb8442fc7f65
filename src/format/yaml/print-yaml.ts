import { stringify } from "yaml";

/** A value as YAML that every reader takes for the same: texts that one of them could take for something else are quoted. */
export function printYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, defaultStringType: "PLAIN", version: "1.1", compat: "core", aliasDuplicateObjects: false });
}
