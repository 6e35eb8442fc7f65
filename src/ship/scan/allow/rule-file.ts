import * as z from "zod";
import { CooperError } from "../../../base/errors.ts";
import { readYaml } from "../../../format/yaml/read-yaml.ts";
import { readTextIfThere } from "../../../system/file/files.ts";
import { need } from "../../settings/problems.ts";
import { allowRule } from "../../settings/schema/scan-schema.ts";
import type { RuleFile } from "./rules.ts";

const ruleFile = z.strictObject({
  image: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, "It must be an image's id: sha256: and 64 digits.")
    .optional(),
  allow: z.array(allowRule).default([]),
});

/** Reads a file of rules (`allow: [{path, reason, …}]`); throws `rules-missing`, `yaml-invalid`, `settings-invalid`. */
export async function readRuleFile(path: string): Promise<RuleFile> {
  const text = await readTextIfThere(path);
  if (text === null) {
    throw new CooperError("rules-missing", `There is no file ${path}.`, {
      hint: "cooper scan --baseline FILE writes one from what a container holds now.",
      where: { file: path },
    });
  }
  const yaml = readYaml(text, path);
  const { image = null, allow } = need<z.output<typeof ruleFile>>(ruleFile, yaml.value, yaml);
  return { file: path, image, allow };
}
