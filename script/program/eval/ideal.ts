import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runOnHost } from "../../../test/support/host-command.ts";
import { carriesOf } from "./dockerfile-count.ts";
import type { Carry } from "./dockerfile-count.ts";
import { buildClassic, changedPaths, imageSize } from "./engine-commands.ts";
import { isNoisePath } from "./judge.ts";

export interface IdealPath {
  /** In the build context. */
  readonly source: string;
  /** In the image. */
  readonly target: string;
}

async function changedFiles(container: string): Promise<readonly string[]> {
  const changed = (await changedPaths(container)).filter((file) => !isNoisePath(file));
  return changed.filter((file) => !changed.some((other) => other.startsWith(`${file}/`)));
}

/** A source is a folder when it ends with a slash or has the name of the folder it becomes. */
function isFolder(source: string, target: string, changed: readonly string[]): boolean {
  if (source.endsWith("/")) return true;
  return path.basename(source) === path.basename(target) && changed.some((file) => file.startsWith(`${target}/`));
}

function pathsOf({ sources, target }: Carry, changed: readonly string[]): readonly IdealPath[] {
  return sources.flatMap((source) => {
    if (isFolder(source, target, changed)) {
      const below = changed.filter((file) => file.startsWith(target.endsWith("/") ? target : `${target}/`));
      return below.map((file) => ({ source: path.join(source, path.relative(target, file)), target: file }));
    }
    const isInto = target.endsWith("/") || sources.length > 1 || changed.includes(path.join(target, path.basename(source)));
    return [{ source, target: isInto ? path.join(target, path.basename(source)) : target }];
  });
}

/** The paths that the expert's Dockerfile carries; its context is not part of a case, so folders are what the container changed there. */
export async function idealPaths(dockerfile: string, container: string): Promise<readonly IdealPath[]> {
  const changed = await changedFiles(container);
  return carriesOf(dockerfile)
    .filter(({ isFromStage }) => !isFromStage)
    .flatMap((carry) => pathsOf(carry, changed));
}

/** Writes the expert's Dockerfile with a context taken from the recorded container. */
export async function writeIdeal(dockerfile: string, container: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "Dockerfile"), dockerfile);
  for (const { source, target } of await idealPaths(dockerfile, container)) {
    await mkdir(path.dirname(path.join(folder, source)), { recursive: true });
    await runOnHost(["docker", "cp", `${container}:${target}`, path.join(folder, source)]);
  }
}

/** The size in bytes of the expert's image, null where it does not build. */
export async function idealSize(dockerfile: string, container: string, folder: string): Promise<number | null> {
  const tag = `${container}-ideal`;
  await writeIdeal(dockerfile, container, folder);
  try {
    await buildClassic(folder, tag);
    return await imageSize(tag);
  } catch {
    return null;
  } finally {
    await runOnHost(["docker", "image", "rm", "-f", tag]);
  }
}
