import { Readable } from "node:stream";
import { withImageContainer } from "../../../changes/base-tree.ts";
import { CooperError, messageOf } from "../../../base/errors.ts";
import { type ContainerInfo, getArchive, inspectContainer, putArchive } from "../../../engine/container/container.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { readTar } from "../../../format/tar/read-tar.ts";
import { type TarInput, writeTar } from "../../../format/tar/write-tar.ts";
import { type DirectoryHandle, inParent, openRoot } from "../../../system/file/no-follow.ts";
import type { ScanFinding } from "../classify/finding.ts";
import type { ContainerScan } from "../findings/container-scan.ts";

/** What putting a container back did. */
export interface Reverted {
  readonly removed: readonly string[];
  readonly restored: readonly string[];
  /** What could not be put back, and why. */
  readonly failed: readonly Failed[];
  /** Processes of files that were removed or put back: they run on with what they have. */
  readonly stillRunning: readonly string[];
}

interface Failed {
  readonly path: string;
  readonly why: string;
}

/**
 * Puts a running container back to its image: what was added is removed through the container's own mounted file system, name by name without
 * following a link; what was changed or deleted comes back from the image through the engine. Throws `revert-impossible`.
 */
export async function revert(engine: Engine, scan: ContainerScan): Promise<Reverted> {
  const container = await inspectContainer(engine, scan.id);
  if (scan.evidence !== "layer" || container.state.pid <= 0) throw impossible(container);
  const changes = scan.findings.filter(({ kind }) => kind !== "run");
  const failed: Failed[] = [];
  const removed = removeAll(container, changes.filter(needsRemoval), failed);
  const restored = await restoreAll(engine, scan, failed);
  const running = scan.findings.filter(({ kind }) => kind === "run");
  return { removed, restored, failed, stillRunning: running.map(({ path, process }) => `${path} (process ${process?.pid ?? 0})`) };
}

function impossible({ name, state }: ContainerInfo): CooperError {
  const why = state.pid > 0 ? "its own file system cannot be reached from here" : "it does not run";
  return new CooperError("revert-impossible", `${name} cannot be put back: ${why}.`, {
    hint: "cooper scan NAME --recreate makes it anew from its image.",
  });
}

/** What has no counterpart in the image, or one that cannot be written over. */
function needsRemoval({ kind, before, after }: ScanFinding): boolean {
  if (kind === "add") return true;
  return before !== null && after !== null && (before.type !== after.type || (after.type !== "file" && after.type !== "directory"));
}

function removeAll({ state }: ContainerInfo, findings: readonly ScanFinding[], failed: Failed[]): readonly string[] {
  const root = openRoot(`/proc/${state.pid}/root`);
  if (root === null) return [];
  try {
    // What is in a folder comes before the folder.
    return findings.toReversed().flatMap(({ path }) => (removeOne(root, path, failed) ? [path] : []));
  } finally {
    root.close();
  }
}

function removeOne(root: DirectoryHandle, path: string, failed: Failed[]): boolean {
  try {
    return inParent(root, path, (parent, name) => parent.remove(name)) === true;
  } catch (error) {
    failed.push({ path, why: messageOf(error) });
    return false;
  }
}

async function restoreAll(engine: Engine, scan: ContainerScan, failed: Failed[]): Promise<readonly string[]> {
  const findings = scan.findings.filter(({ kind, before }) => kind !== "run" && before !== null);
  if (findings.length === 0) return [];
  return await withImageContainer(engine, scan.imageId, async (source) => {
    const restored: string[] = [];
    for (const { path, before, after } of findings) {
      try {
        const isWhole = before?.type === "directory" && after?.type !== "directory";
        await restoreOne(engine, { from: source, to: scan.id, path, isWhole });
        restored.push(path);
      } catch (error) {
        failed.push({ path, why: messageOf(error) });
      }
    }
    return restored;
  });
}

interface Restoring {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  /** A folder with all that the image has in it. */
  readonly isWhole: boolean;
}

async function restoreOne(engine: Engine, { from, to, path, isWhole }: Restoring): Promise<void> {
  const archive = await getArchive(engine, from, path === "/" ? "/." : path);
  try {
    const parent = path.slice(0, path.lastIndexOf("/")) || "/";
    const tar = isWhole ? archive : Readable.from(writeTar(firstOf(archive)), { objectMode: false });
    await putArchive(engine, to, parent, tar);
  } finally {
    archive.destroy();
  }
}

async function* firstOf(archive: Readable): AsyncGenerator<TarInput, void, void> {
  for await (const file of readTar(archive)) {
    yield file;
    return;
  }
}
