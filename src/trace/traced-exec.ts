import { runInContainer, type RunResult } from "../engine/exec.ts";
import type { Engine } from "../engine/open-engine.ts";
import { RECORDS_FOLDER, SENSOR_PROGRAM } from "./sensor-volume.ts";
import type { SensorMode, Traced } from "./traced-container.ts";

/** Runs a further command in a traced container, under a sensor of its own that gives up its capabilities first; `log` names its records. */
export function tracedExec(
  engine: Engine,
  containerId: string,
  { mode, log, ...traced }: Traced & { readonly mode: SensorMode; readonly log: string; readonly signal: AbortSignal },
): Promise<RunResult> {
  const launch = [SENSOR_PROGRAM, "launch", "--log", `${RECORDS_FOLDER}/log/${log}`];
  const { argv, user, workdir, signal } = traced;
  if (mode === "unprivileged") return runInContainer(engine, containerId, [...launch, "--unprivileged", "--", ...argv], { signal });
  const identity = ["--user", user === "" ? "0" : user, "--cwd", workdir === "" ? "/" : workdir];
  return runInContainer(engine, containerId, [...launch, ...identity, "--", ...argv], { user: "0:0", signal });
}
