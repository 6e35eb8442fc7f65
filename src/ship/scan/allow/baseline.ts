import { modeText } from "../../../format/tree/mode-text.ts";
import { printYaml } from "../../../format/yaml/print-yaml.ts";
import type { ScanFinding } from "../classify/finding.ts";

/**
 * A file of rules that allow just what was found (content by its hash), for one image, to be reviewed: nothing critical is in it, nor what
 * was told of processes. `day` is said in the reasons.
 */
export function writeBaseline(imageId: string, findings: readonly ScanFinding[], day: string): string {
  const rules = findings.filter(({ severity, kind }) => severity !== "critical" && kind !== "run").map((finding) => ruleOf(finding, day));
  const head = "# Reviewed by: nobody yet. Read every rule, remove what is not right, and say in its reason why the rest is.\n";
  return `${head}${printYaml({ image: imageId, allow: [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()] })}`;
}

function ruleOf({ path, kind, rule, also, after }: ScanFinding, day: string): Readonly<Record<string, unknown>> {
  return {
    path: literally(path),
    kinds: [kind],
    ...(after === null ? {} : { types: [after.type === "char" || after.type === "block" ? "device" : after.type] }),
    rules: [rule, ...also],
    ...(after === null ? {} : { owner: after.uid }),
    ...(after === null || after.type === "symlink" ? {} : { mode: modeText(after.mode) }),
    ...(after?.hash === undefined ? {} : { sha256: after.hash }),
    reason: `found on ${day}, not reviewed`,
  };
}

/** A path as a pattern of itself alone. */
function literally(path: string): string {
  return path.replaceAll(/[*?{}]/g, "?");
}
