import type { ContainerInfo } from "../../../engine/container/container.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { type MountLine, parseMountInfo } from "../../../format/proc/mount-info.ts";
import { readOverlayLayers } from "../../../format/proc/overlay-layers.ts";
import { errorCode } from "../../../system/file/files.ts";
import { type DirectoryHandle, openRoot } from "../../../system/file/no-follow.ts";
import { readTextSyncIfThere } from "../../../system/process/proc.ts";

/** The folders of this machine that a container's file system is made of. */
export interface LayerFolders {
  readonly upper: string;
  /** Topmost first; the engine's own layer (hosts, .dockerenv) is among them. */
  readonly lower: readonly string[];
  /** What the names of overlay's marks begin with. */
  readonly marks: "trusted.overlay." | "user.overlay.";
}

/** Where this machine's files and processes are seen; elsewhere than at "/" for a scan that runs in a container itself. */
export interface HostPlace {
  /** What its absolute paths begin with; "" for its own. */
  readonly root: string;
  readonly proc: string;
}

export const HERE: HostPlace = { root: "", proc: "/proc" };

/** A mount inside the container, below its root. */
export interface InnerMount {
  readonly path: string;
  readonly type: string;
}

/** Where the evidence is. */
export type Place =
  | {
      readonly evidence: "layer";
      readonly folders: LayerFolders;
      /** All mounts of the running container; those that the engine names for one that does not run. */
      readonly mounts: readonly InnerMount[];
      /** The texts of /proc/PID/uid_map and gid_map. */
      readonly idMaps: readonly [string, string];
      readonly isRunning: boolean;
    }
  | {
      readonly evidence: "api";
      readonly why: string;
      /** It is here, but may not be looked at. */
      readonly isDenied?: boolean;
    };

export type LayerPlace = Extract<Place, { readonly evidence: "layer" }>;
export type ApiPlace = Extract<Place, { readonly evidence: "api" }>;

/** Finds a container's own layer on this machine: by the mount table of its process, else (not running) by the engine's word. */
export function locate(engine: Engine, container: ContainerInfo, host: HostPlace = HERE): Place {
  if (!engine.isLocal) return { evidence: "api", why: "the engine is on another machine" };
  try {
    return container.state.pid > 0 ? locateRunning(container, host) : locateStopped(container, host);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EACCES" || code === "EPERM")
      return { evidence: "api", why: "not allowed to read the engine's folders (root is)", isDenied: true };
    if (code === "ESRCH" || code === "ENOENT") return { evidence: "api", why: "the container ended meanwhile" };
    throw error;
  }
}

function locateRunning(container: ContainerInfo, { root: prefix, proc }: HostPlace): Place {
  const { pid } = container.state;
  const mounts = parseMountInfo(readTextSyncIfThere(`${proc}/${pid}/mountinfo`) ?? "");
  const root = mounts.findLast((mount) => mount.mountPoint === "/");
  if (root === undefined) return { evidence: "api", why: "its mounts cannot be read" };
  if (root.type !== "overlay") return { evidence: "api", why: `its file system is no overlay but ${root.type}` };
  const tricks = tricksOf(root);
  if (tricks !== null) return { evidence: "api", why: `its overlay has ${tricks}` };
  const folders = foldersOf(root, container, prefix);
  if (folders === null || !isSameFolder(folders.upper, `${proc}/${pid}/root`)) {
    return { evidence: "api", why: "its own layer is not where the mount table and the engine say" };
  }
  const [uid, gid] = ["uid_map", "gid_map"].map((name) => readTextSyncIfThere(`${proc}/${pid}/${name}`));
  const inner = mounts.filter(({ mountPoint }) => mountPoint !== "/").map(({ mountPoint: path, type }) => ({ path, type }));
  return { evidence: "layer", folders, mounts: inner, idMaps: [uid ?? "", gid ?? ""], isRunning: true };
}

/** The kernel shows an option only where it differs from the module's setting. */
function tricksOf(mount: MountLine): string | null {
  for (const option of ["redirect_dir", "metacopy"]) {
    const shown = mount.superOptions.get(option);
    const value = shown ?? readTextSyncIfThere(`/sys/module/overlay/parameters/${option}`) ?? "N";
    if (/^(?:y|on)/i.test(value.trim())) return option;
  }
  return null;
}

/** With many layers the mount's paths are relative to the engine's folder; then the engine's own word is taken. */
function foldersOf(mount: MountLine, { graph }: ContainerInfo, prefix: string): LayerFolders | null {
  const shown = readOverlayLayers(mount.superText);
  const marks = shown.hasUserMarks ? "user.overlay." : "trusted.overlay.";
  if (shown.upper === null) return null;
  const all = [shown.upper, ...shown.lower];
  if (all.every((path) => path.startsWith("/"))) return below(prefix, { upper: shown.upper, lower: shown.lower, marks });
  if (graph.upper === null || graph.lower.length !== shown.lower.length) return null;
  return below(prefix, { upper: graph.upper, lower: graph.lower, marks });
}

function below(prefix: string, { upper, lower, marks }: LayerFolders): LayerFolders {
  return { upper: prefix + upper, lower: lower.map((path) => prefix + path), marks };
}

function locateStopped({ graph, mounts }: ContainerInfo, { root }: HostPlace): Place {
  if (!graph.driver.startsWith("overlay") || graph.upper === null || graph.lower.length === 0) {
    return { evidence: "api", why: `the engine does not say where its layers are (${graph.driver || "no driver"})` };
  }
  const isThere = [graph.upper, ...graph.lower].every((path) => path.startsWith("/") && withFolder(root + path, () => true) === true);
  if (!isThere) return { evidence: "api", why: "its layers are not where the engine says" };
  const inner = mounts.map(({ destination: path, type }) => ({ path, type }));
  const folders = below(root, { upper: graph.upper, lower: graph.lower, marks: "trusted.overlay." });
  return { evidence: "layer", folders, mounts: inner, idMaps: ["", ""], isRunning: false };
}

/** The root of an overlay whose layers are on one file system has the inode number of its upper directory. */
function isSameFolder(upper: string, merged: string): boolean {
  const inodeOf = (path: string): number | null => withFolder(path, (folder) => folder.ownStat().inode);
  const inode = inodeOf(upper);
  return inode !== null && inode === inodeOf(merged);
}

function withFolder<T>(path: string, use: (folder: DirectoryHandle) => T): T | null {
  const folder = openRoot(path);
  if (folder === null) return null;
  try {
    return use(folder);
  } finally {
    folder.close();
  }
}
