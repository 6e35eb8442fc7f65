import type { ContainerInfo } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { type IdMap, parseIdMap } from "../../format/proc/id-map.ts";
import { type MountLine, parseMountInfo } from "../../format/proc/mount-info.ts";
import { errorCode, readTextIfThere } from "../../system/file/files.ts";
import { linkTarget } from "../../system/process/proc.ts";
import { type DirectoryHandle, openRoot } from "../../system/file/no-follow.ts";

/** Where a running container's own layer is on this machine. */
export interface UpperPlace {
  readonly upper: DirectoryHandle;
  /**
   * Opens the whole file system as the container sees it; null when the container does not run any more. It must be closed at once: held
   * open it would keep the mount alive, and a restart would mount the same directory twice.
   */
  readonly openMerged: () => DirectoryHandle | null;
  /** Where something else (a volume, /proc) covers the container's file system. */
  readonly mountPoints: ReadonlySet<string>;
  /** Owners on the disk to owners as the container sees them. */
  readonly uid: IdMap;
  readonly gid: IdMap;
}

/**
 * Finds the upper directory of a running container's overlay; null where it cannot be read from here (another machine, another storage
 * driver, not allowed) or would not tell the truth (overlays that redirect directories or copy metadata only).
 */
export async function findUpper(engine: Engine, container: ContainerInfo): Promise<UpperPlace | null> {
  const { pid } = container.state;
  if (!engine.isLocal || pid <= 0) return null;
  try {
    const mounts = parseMountInfo((await readTextIfThere(`/proc/${pid}/mountinfo`)) ?? "");
    const root = mounts.findLast((mount) => mount.mountPoint === "/");
    if (root === undefined || root.type !== "overlay" || !(await isPlain(root))) return null;
    const openMerged = mergedOpener(pid);
    const upper = openUpper(root, container, openMerged);
    if (upper === null) return null;
    const mountPoints = new Set(mounts.map((mount) => mount.mountPoint).filter((path) => path !== "/"));
    const [uid, gid] = await Promise.all(["uid_map", "gid_map"].map((name) => readTextIfThere(`/proc/${pid}/${name}`)));
    return { upper, openMerged, mountPoints, uid: parseIdMap(uid ?? ""), gid: parseIdMap(gid ?? "") };
  } catch (error) {
    if (["EACCES", "EPERM", "ESRCH", "ENOENT"].includes(errorCode(error))) return null;
    throw error;
  }
}

/** The kernel shows an option only where it differs from the module's setting. */
async function isPlain(mount: MountLine): Promise<boolean> {
  for (const option of ["redirect_dir", "metacopy"]) {
    const shown = mount.superOptions.get(option);
    const value = shown ?? (await readTextIfThere(`/sys/module/overlay/parameters/${option}`)) ?? "N";
    if (/^(?:y|on)/i.test(value.trim())) return false;
  }
  return true;
}

/**
 * With many layers the mount's paths are relative to the engine's folder; then the engine's own word is asked. Either may be the path of
 * something else here, where the engine runs with a root directory of its own: the directory must be the one that is mounted.
 */
function openUpper(mount: MountLine, container: ContainerInfo, openMerged: () => DirectoryHandle | null): DirectoryHandle | null {
  const shown = mount.superOptions.get("upperdir") ?? "";
  const told = shown.startsWith("/") ? shown : container.graph.upper;
  const upper = told === null ? null : openRoot(told);
  if (upper === null) return null;
  // The root of an overlay whose layers are on one file system has the inode number of its upper directory.
  const merged = openMerged();
  const isSame = merged !== null && upper.ownStat().inode === merged.ownStat().inode;
  merged?.close();
  if (isSame) return upper;
  upper.close();
  return null;
}

/** A process's number can go to another one: its mount namespace tells whether it is still the same. */
function mergedOpener(pid: number): () => DirectoryHandle | null {
  const namespace = linkTarget(`/proc/${pid}/ns/mnt`);
  return () => {
    if (namespace === null || linkTarget(`/proc/${pid}/ns/mnt`) !== namespace) return null;
    try {
      return openRoot(`/proc/${pid}/root`);
    } catch {
      return null;
    }
  };
}
