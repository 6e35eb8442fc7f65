import type { ContainerSpec } from "../engine/container/container-spec.ts";
import type { SensorPlan } from "./sensor-mode.ts";

/** The kernel's numbers (linux/capability.h) of what the sensor may borrow. */
export const CAPABILITIES: Readonly<Record<string, number>> = { SETGID: 6, SETUID: 7, SETPCAP: 8, SYS_PTRACE: 19, SYS_ADMIN: 21 };

/** What it takes to become another user and to give capabilities up; a container has these unless they were taken away. */
const TO_STEP_DOWN = ["SETGID", "SETUID", "SETPCAP"];

/** The capabilities that a traced container gets for the sensor alone: the program has none of them, as without the sensor. */
export function lentCapabilities(spec: ContainerSpec, traced: { readonly user: string }, plan: SensorPlan): readonly string[] {
  const given = namesOf(spec.capAdd);
  const taken = namesOf(spec.capDrop);
  if (given.has("ALL")) return [];
  const isTaken = (name: string): boolean => taken.has("ALL") || taken.has(name);
  // Only root's processes get what a container is given.
  if (plan.isUnprivileged && (!isRoot(traced.user) || taken.has("ALL"))) return [];
  const needed = plan.isUnprivileged ? plan.capabilities : [...plan.capabilities, ...TO_STEP_DOWN.filter(isTaken)];
  return needed.filter((name) => !given.has(name));
}

function namesOf(names: readonly string[] = []): ReadonlySet<string> {
  return new Set(names.map((name) => name.toUpperCase().replace(/^CAP_/, "")));
}

function isRoot(user: string): boolean {
  return /^(?:|0+|root)(?::.*)?$/.test(user);
}
