import { isEngineMade, parentsOf } from "../../../changes/engine-made.ts";
import type { LayerChange } from "./change.ts";

/** What tells the engine's own traces in a container's layer. */
export interface NoiseFacts {
  readonly mountPoints: readonly string[];
  /** The working folder, which the engine makes where it is missing. */
  readonly workdir: string;
}

/** Where engines mount files of theirs: of a container that does not run they do not say so. */
const BOUND: ReadonlySet<string> = new Set(["/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/run/.containerenv"]);

/** Tells changes that the engine made when it set the container up: places to mount at, empty as it made them, and folders above them. */
export function engineNoise({ mountPoints, workdir }: NoiseFacts): (change: LayerChange) => boolean {
  const points = new Set(mountPoints);
  const folder = workdir.replace(/\/+$/, "");
  const above = new Set([...parentsOf([...points, folder]), folder]);
  return ({ path, kind, after }) => {
    if (kind !== "add" || after === null || after.uid !== 0 || after.gid !== 0 || after.xattrs !== undefined) return false;
    if (after.type === "file")
      return after.size === 0 && (after.mode & 0o7000) === 0 && (points.has(path) || BOUND.has(path) || isEngineMade(path));
    // Docker makes it in a layer below, Podman in the container's own.
    if (after.type === "symlink") return path === "/etc/mtab" && after.link === "/proc/mounts";
    return after.type === "directory" && after.mode === 0o755 && (points.has(path) || above.has(path));
  };
}
