import { passStep } from "../../system/process/pass-step.ts";

/** The steps by which an image goes from its source to what runs, in their order; each is told before it is done. */
export const RELEASE_STEPS = [
  "build",
  "test",
  "take-test-away",
  "record",
  "tag-live",
  "tag-prev",
  "tag-release",
  "replace",
  "conclude",
] as const;
export type ReleaseStep = (typeof RELEASE_STEPS)[number];

/** Tells that a step comes now. */
export function atStep(step: ReleaseStep): void {
  passStep(step);
}
