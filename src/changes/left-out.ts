import type { Finding } from "../base/finding.ts";
import type { ContainerInfo } from "../engine/container/container.ts";
import type { Entry } from "../format/tree/entry.ts";
import { isBelowOne } from "./below.ts";
import { isEngineMade, parentsOf } from "./engine-made.ts";
import type { ExportedTree } from "./read-export.ts";

/** Takes out of both trees what the engine made for a container's mounts; gives a Finding that names the mounts. */
export function leaveOutMounts(mounts: ContainerInfo["mounts"], wanted: ExportedTree, got: ExportedTree): Finding[] {
  const points = new Set(mounts.map(({ destination }) => destination));
  const above = parentsOf(points);
  for (const [path, entry] of wanted.entries) {
    const isMounted = points.has(path) || isBelowOne(path, points);
    const isMadeForMount = above.has(path) && !got.entries.has(path) && isPlainDirectory(entry);
    const isOfEngine = isEngineMade(path) && entry.size === 0;
    if (!isMounted && !isMadeForMount && !isOfEngine) continue;
    wanted.entries.delete(path);
    got.entries.delete(path);
  }
  for (const path of got.entries.keys()) if (points.has(path) || isBelowOne(path, points)) got.entries.delete(path);
  return points.size === 0 ? [] : [mountsFinding([...points].sort())];
}

function isPlainDirectory(entry: Entry): boolean {
  return entry.type === "directory" && entry.mode === 0o755 && entry.uid === 0 && entry.gid === 0;
}

function mountsFinding(points: readonly string[]): Finding {
  return {
    code: "mounts-not-compared",
    message: `What is in volumes and binds is not part of the container and was not compared: ${points.map((path) => JSON.stringify(path)).join(", ")}.`,
    hint: "Give the same mounts to the container that you run from the built image.",
  };
}
