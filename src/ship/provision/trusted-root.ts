import { posix } from "node:path";
import { isWithin } from "../../format/compose/path-within.ts";
import { pathExists } from "../../system/file/files.ts";
import type { Plan } from "../plan/model.ts";
import type { Place } from "./place.ts";
import { placeBelow, type PlacedFolder } from "./walk-down.ts";

/**
 * Where the trust in a path ends: at the outermost of the folders whose contents services write (the machine's folder for volumes, that for
 * tests, the unit's own, the source of another mount), else at what is there of it.
 */
export async function trustedPlace(path: string, plan: Plan, { host, settings }: Place): Promise<PlacedFolder> {
  const sources = plan.container.mounts.flatMap(({ type, source, read_only: isReadOnly }) =>
    type === "bind" && source !== null && !isReadOnly && source !== path ? [source] : [],
  );
  const around = [host.volumes, host.testVolumes, settings.folder, ...sources].filter((root) => root !== null && isWithin(path, root));
  const [outermost = path] = around.flatMap((root) => root ?? []).toSorted((left, right) => left.length - right.length);
  return placeBelow(await deepestThere(outermost), path);
}

async function deepestThere(path: string): Promise<string> {
  for (let at = path; ; at = posix.dirname(at)) if (at === "/" || (await pathExists(at))) return at;
}
