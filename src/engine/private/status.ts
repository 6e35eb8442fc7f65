import { Connections } from "../transport/connect.ts";
import { callJson } from "../transport/request.ts";
import type { Environment } from "../endpoint/endpoint.ts";
import { readBridge } from "./bridge.ts";
import { daemonPid } from "./daemon.ts";
import { privatePaths, type PrivatePaths } from "./paths.ts";

export interface PrivateEngineStatus {
  /** "running", "stopped", or "silent": its process is there and does not answer. */
  readonly state: "running" | "stopped" | "silent";
  readonly pid: number | null;
  /** As a DOCKER_HOST text. */
  readonly url: string;
  readonly version: string | null;
  readonly containers: number | null;
  readonly folder: string;
  readonly log: string;
  readonly bridge: string | null;
  readonly addresses: string | null;
}

const ANSWER_WITHIN_MS = 10_000;

/** What the private engine of this user is doing. */
export async function privateEngineStatus(env: Environment): Promise<PrivateEngineStatus> {
  const paths = privatePaths(env);
  const pid = await daemonPid(paths);
  const answer = pid === null ? null : await askEngine(paths);
  const bridge = await readBridge(paths);
  return {
    state: pid === null ? "stopped" : answer === null ? "silent" : "running",
    pid,
    url: `unix://${paths.socket}`,
    version: answer?.version ?? null,
    containers: answer?.containers ?? null,
    folder: paths.folder,
    log: paths.log,
    bridge: bridge?.name ?? null,
    addresses: bridge?.pool ?? null,
  };
}

/** What the engine behind the private socket says of itself; null when it does not answer. */
export async function askEngine(paths: PrivatePaths): Promise<{ readonly version: string; readonly containers: number } | null> {
  const url = `unix://${paths.socket}`;
  const target = {
    endpoint: { kind: "unix", path: paths.socket },
    url,
    source: "cooper's private engine",
    dockerEnv: {},
    env: {},
  } as const;
  try {
    const info = await callJson(
      { target, connections: new Connections(target), version: null },
      { path: "/info", answerWithinMs: ANSWER_WITHIN_MS },
    );
    return { version: info.at("ServerVersion").text(), containers: info.at("ContainersRunning").number() };
  } catch {
    return null;
  }
}
