import { type ContainerInfo, containerChanges } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { isBelowOne } from "./below.ts";
import { isEngineMade, parentsOf } from "./engine-made.ts";

/** Whether nothing but the engine changed a container's files; false where the engine does not tell. */
export async function isAsImage(engine: Engine, { id, mounts }: ContainerInfo): Promise<boolean> {
  const changes = await containerChanges(engine, id).catch(() => null);
  if (changes === null) return false;
  const covered = new Set(mounts.map(({ destination }) => destination));
  const above = parentsOf(covered);
  const isOfEngine = (path: string): boolean => isEngineMade(path) || covered.has(path) || above.has(path) || isBelowOne(path, covered);
  return changes.every(({ path }) => isOfEngine(path));
}
