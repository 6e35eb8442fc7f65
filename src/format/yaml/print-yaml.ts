import { Document, isNode, visit } from "yaml";
import type { YamlPath } from "./read-yaml.ts";

/**
 * A value as YAML that every reader takes for the same: texts that one of them could take for something else are quoted. The values at
 * `overrides` get Compose's tag !override. Characters that could change a screen are written as escapes.
 */
export function printYaml(value: unknown, overrides: readonly YamlPath[] = []): string {
  const document = new Document(value, { version: "1.1", compat: "core", aliasDuplicateObjects: false });
  for (const path of overrides) {
    const node = document.getIn(path, true);
    if (isNode(node)) node.tag = "!override";
  }
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && /[^\P{C}\n]|[\u2028\u2029]/u.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0, defaultStringType: "PLAIN" }).replace(/[^\P{C}\n]|[\u2028\u2029]/gu, escapeOne);
}

/** As it stands between double quotes. */
function escapeOne(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return point > 0xffff ? `\\U${point.toString(16).padStart(8, "0")}` : `\\u${point.toString(16).padStart(4, "0")}`;
}
