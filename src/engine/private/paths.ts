import { join } from "node:path";
import { stateFolder } from "../../system/state-folder.ts";
import type { Environment } from "../endpoint/endpoint.ts";

/** All that a private engine keeps, below one folder. */
export interface PrivatePaths {
  readonly folder: string;
  readonly socket: string;
  readonly data: string;
  readonly exec: string;
  readonly pidFile: string;
  readonly log: string;
  readonly bridgeFile: string;
}

/** The private engine of this user; its place is the user's state folder. */
export function privatePaths(env: Environment): PrivatePaths {
  const folder = join(stateFolder(env), "engine");
  const at = (name: string): string => join(folder, name);
  return {
    folder,
    socket: at("docker.sock"),
    data: at("data"),
    exec: at("exec"),
    pidFile: at("pid"),
    log: at("log"),
    bridgeFile: at("bridge.json"),
  };
}

/** The sockets where a private engine may listen, the likeliest first. */
export function privateSockets(env: Environment): readonly string[] {
  return [privatePaths(env).socket];
}
