import type { ContainerSpec } from "../engine/container/container-spec.ts";
import { CAPABILITIES, lentCapabilities } from "./lent-capabilities.ts";
import { SENSOR_FOLDER, SENSOR_PROGRAM } from "./sensor-folder.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import type { SensorPlan } from "./sensor-mode.ts";

/** The command, user and folder that a container would have without the sensor. */
export interface Traced {
  readonly argv: readonly string[];
  readonly user: string;
  readonly workdir: string;
  /** HOME is in its environment; else it is the user's home, as the engine would set it. */
  readonly hasHome: boolean;
}

interface Launch {
  readonly plan: SensorPlan;
  /** Path in the container of the socket that the collector listens on. */
  readonly socket: string;
  /** A further command: the program is the sensor's child, not its successor. */
  readonly isChild: boolean;
  /** What the sensor has and the program is not to have. */
  readonly lent: readonly string[];
  /** Record all system calls too. */
  readonly hasCalls: boolean;
  /** Let the collector hear what others do in the container. */
  readonly hasVisitors: boolean;
}

/** The command that runs the sensor, which runs the program. */
export function launchArguments(traced: Traced, { plan, socket, isChild, lent, hasCalls, hasVisitors }: Launch): readonly string[] {
  const drops = lent.flatMap((name) => ["--drop", String(CAPABILITIES[name] ?? 0)]);
  // Without privileges, and where all calls are asked about, the kernel cannot be had to tell of calls by itself; the first process has it for all.
  const isTold = plan.way === "notify" && !plan.isUnprivileged && !isChild && !hasCalls;
  const chosen = { "--child": isChild, "--calls": hasCalls, "--visitors": hasVisitors, "--tracepoint": isTold };
  const flags = Object.entries(chosen).flatMap(([flag, is]) => (is ? [flag] : []));
  const launch = [SENSOR_PROGRAM, "launch", "--socket", socket, "--way", plan.way, ...drops, ...flags];
  if (plan.isUnprivileged) return [...launch, ...(plan.way === "none" ? [] : ["--unprivileged"]), "--", ...traced.argv];
  const user = traced.user === "" ? "0" : traced.user;
  const folder = traced.workdir === "" ? "/" : traced.workdir;
  return [...launch, "--user", user, ...(traced.hasHome ? [] : ["--home"]), "--cwd", folder, "--", ...traced.argv];
}

/** The same container with the sensor as its first process. Its health check is off: it would run with the sensor's capabilities, unseen. */
export function tracedSpec(
  spec: ContainerSpec,
  traced: Traced,
  { volume, ...launch }: Omit<Launch, "isChild" | "lent"> & { readonly volume: string },
): ContainerSpec {
  const { plan } = launch;
  const lent = lentCapabilities(spec, traced, plan);
  return {
    ...spec,
    entrypoint: launchArguments(traced, { ...launch, isChild: false, lent }),
    cmd: [],
    binds: [...(spec.binds ?? []), `${volume}:${SENSOR_FOLDER}:ro,nocopy`],
    noHealthCheck: true,
    ...(lent.length === 0 ? {} : { capAdd: [...(spec.capAdd ?? []), ...lent] }),
    ...(plan.isUnprivileged ? {} : { user: "0:0", securityOptions: [...(spec.securityOptions ?? []), `seccomp=${seccompProfile()}`] }),
  };
}
