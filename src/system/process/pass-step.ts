import { channel } from "node:diagnostics_channel";

const steps = channel("cooper:step");

/** Tells whoever was loaded into this process to watch it (`node --import`) that a named step comes now. */
export function passStep(step: string): void {
  steps.publish(step);
}
