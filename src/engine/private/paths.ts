import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { stateFolder } from "../../system/store/state-folder.ts";
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
  readonly configFile: string;
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
    configFile: at("daemon.json"),
  };
}

/** The sockets where a private engine may listen, the likeliest first. */
export function privateSockets(env: Environment): readonly string[] {
  return [privatePaths(env).socket];
}

/** The kernel's limit for the path of a unix socket. */
const LONGEST_SOCKET_PATH = 107;

/** Throws `state-path-too-long` when the engine's sockets would have paths that the kernel refuses. */
export function requireShortPath(paths: PrivatePaths): void {
  const longest = join(paths.exec, "containerd", "containerd-debug.sock");
  if (Buffer.byteLength(longest) <= LONGEST_SOCKET_PATH) return;
  throw new CooperError("state-path-too-long", `The path ${paths.folder} is too long for the engine's sockets.`, {
    hint: "Set XDG_STATE_HOME to a folder with a short path.",
  });
}

/** Throws `engine-needs-root` for anybody else. */
export function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new CooperError("engine-needs-root", "Only root can start or stop a private engine.", {
    hint: "Use `sudo cooper engine start` and run cooper with sudo, or ask for access to an engine that is there.",
    exit: EXIT.engine,
  });
}
