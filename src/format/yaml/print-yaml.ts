import { Document, isNode } from "yaml";
import type { YamlPath } from "./read-yaml.ts";

/**
 * A value as YAML that every reader takes for the same: texts that one of them could take for something else are quoted. The values at
 * `overrides` get Compose's tag !override.
 */
export function printYaml(value: unknown, overrides: readonly YamlPath[] = []): string {
  const document = new Document(value, { version: "1.1", compat: "core", aliasDuplicateObjects: false });
  for (const path of overrides) {
    const node = document.getIn(path, true);
    if (isNode(node)) node.tag = "!override";
  }
  return document.toString({ lineWidth: 0, defaultStringType: "PLAIN" });
}
