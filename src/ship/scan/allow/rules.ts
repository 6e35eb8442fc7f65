import type { AllowRule, ScanProfile } from "../../settings/schema/scan-schema.ts";

/** What the settings of a container's unit say of its scan. */
export interface UnitRules {
  readonly profile: ScanProfile;
  readonly rules: RuleFile | null;
  /** Why its settings could not be read. */
  readonly problem: string | null;
}

/** Rules of one file. */
export interface RuleFile {
  readonly file: string;
  /** The only image that they are for ("sha256:…"); null: for all. */
  readonly image: string | null;
  readonly allow: readonly AllowRule[];
}

/** The rules that are for an image, in their order. */
export function rulesFor(files: readonly RuleFile[], imageId: string): readonly AllowRule[] {
  return files.filter(({ image }) => image === null || image === imageId).flatMap(({ allow }) => allow);
}
