/** How a traced program is followed; a mode that a person can ask for. */
export type SensorMode = "transparent" | "unprivileged" | "ptrace" | "fanotify";

/** What the engine is asked for, and how the sensor works with it. */
export interface SensorPlan {
  readonly mode: SensorMode;
  readonly way: "notify" | "ptrace" | "none";
  /** Capabilities of the traced container that its program does not get. */
  readonly capabilities: readonly string[];
  /** The sensor does without privileges: the program has no_new_privs set, so a setuid program stays without effect. */
  readonly isUnprivileged: boolean;
}

const TRANSPARENT = ["SYS_ADMIN", "SYS_PTRACE"];

/** The plans for what was asked, best first. An image that is not trusted gets no capability that could lead out of a container. */
export function sensorPlans(wanted: SensorMode | "auto", isTrusted: boolean): readonly SensorPlan[] {
  const plans: readonly SensorPlan[] = [
    { mode: "transparent", way: "notify", capabilities: TRANSPARENT, isUnprivileged: false },
    { mode: "ptrace", way: "ptrace", capabilities: TRANSPARENT, isUnprivileged: false },
    // SYS_PTRACE reads the memory of programs that changed their user; it reaches the container's own processes alone.
    { mode: "unprivileged", way: "notify", capabilities: ["SYS_PTRACE"], isUnprivileged: true },
    { mode: "unprivileged", way: "notify", capabilities: [], isUnprivileged: true },
    { mode: "ptrace", way: "ptrace", capabilities: ["SYS_PTRACE"], isUnprivileged: true },
    { mode: "ptrace", way: "ptrace", capabilities: [], isUnprivileged: true },
    { mode: "fanotify", way: "none", capabilities: [], isUnprivileged: true },
  ];
  return plans.filter((plan) =>
    wanted === "auto" ? isTrusted || plan.isUnprivileged : plan.mode === wanted && (isTrusted || allows(plan)),
  );
}

// Who asks for the transparent mode by name trusts the image.
function allows(plan: SensorPlan): boolean {
  return plan.isUnprivileged || plan.mode === "transparent";
}
