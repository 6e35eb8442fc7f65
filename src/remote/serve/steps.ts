import { passStep } from "../../system/process/pass-step.ts";

/**
 * The steps of a session's process, from its start over one command to its end. It may be killed at each: what it leaves then is cleared by
 * the next one, or ends by itself.
 */
export const SESSION_STEPS = [
  "claimed",
  "orphans-ended",
  "listening",
  "mounted",
  "opened",
  "begun",
  "noted",
  "started",
  "ended",
  "remembered",
  "recorded",
  "unmounted",
  "closed",
] as const;
export type SessionStep = (typeof SESSION_STEPS)[number];

/** Tells whoever watches this process that it has come to a step. */
export function passSessionStep(step: SessionStep): void {
  passStep(`session-${step}`);
}
