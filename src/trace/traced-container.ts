import type { ContainerSpec } from "../engine/container-spec.ts";
import { getArchive } from "../engine/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { readTar } from "../format/tar/read-tar.ts";
import { mergeTraces, parseTrace, type Trace } from "./protocol.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import { RECORDS_FOLDER, SENSOR_PROGRAM, type SensorVolumes } from "./sensor-volume.ts";

export type SensorMode = "transparent" | "unprivileged";

/** The command, user and folder that a container would have without the sensor. */
export interface Traced {
  readonly argv: readonly string[];
  readonly user: string;
  readonly workdir: string;
}

/** The same container with the sensor as its first process; the program takes its place and is process 1. */
export function tracedSpec(
  spec: ContainerSpec,
  traced: Traced,
  how: { mode: SensorMode; volumes: SensorVolumes; log: string },
): ContainerSpec {
  const launch = [SENSOR_PROGRAM, "launch", "--log", `${RECORDS_FOLDER}/log/${how.log}`];
  const plain = { ...spec, binds: [...(spec.binds ?? []), ...how.volumes.binds], cmd: [], noHealthCheck: true };
  if (how.mode === "unprivileged") return { ...plain, entrypoint: [...launch, "--unprivileged", "--", ...traced.argv] };
  const folder = traced.workdir === "" ? "/" : traced.workdir;
  return {
    ...plain,
    entrypoint: [...launch, "--user", traced.user === "" ? "0" : traced.user, "--cwd", folder, "--", ...traced.argv],
    user: "0:0",
    capAdd: [...(spec.capAdd ?? []), "SYS_ADMIN", "SYS_PTRACE"],
    securityOptions: [...(spec.securityOptions ?? []), `seccomp=${seccompProfile()}`],
  };
}

/** Reads what the sensors of a container wrote, running or ended: one Trace of all their logs. */
export async function readTrace(engine: Engine, containerId: string): Promise<Trace> {
  const traces: Trace[] = [];
  for await (const file of readTar(await getArchive(engine, containerId, `${RECORDS_FOLDER}/log`))) {
    if (file.member.type !== "file") continue;
    const pieces: Uint8Array[] = [];
    for await (const piece of file.body) pieces.push(Buffer.from(piece));
    traces.push(parseTrace(Buffer.concat(pieces)));
  }
  return mergeTraces(traces);
}
