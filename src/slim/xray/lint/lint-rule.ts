import type { ImageConfigFile } from "../../../format/oci/image-config.ts";
import type { Instruction } from "../origin/instruction.ts";

/** What a rule sees: the image's own instructions (not the base's), and its settings. */
export interface LintInput {
  readonly instructions: readonly Instruction[];
  readonly config: ImageConfigFile;
  /** The base's name; null where it is not known. */
  readonly base: string | null;
}

/** A rule of good Dockerfiles as data; `find` gives what breaks it, each as the text to show, "" for the image as a whole. */
export interface LintRule {
  readonly name: string;
  readonly level: "warning" | "hint";
  readonly advice: string;
  find(input: LintInput): readonly string[];
}
