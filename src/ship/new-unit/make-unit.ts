import { basename, join, resolve } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { listFolder } from "../../system/file/files.ts";
import { writeFolder } from "../../system/file/write-folder.ts";
import { type NewUnit, unitFiles } from "./unit-files.ts";

/** Where a new unit may be made. */
export interface NewPlaces {
  readonly cwd: string;
  /** Folders that hold units; the first gets it. */
  readonly roots: readonly string[];
}

/** Makes the folder of a new unit; gives its path. Throws `unit-name-malformed`, `unit-exists`. */
export async function makeUnit(word: string, { base, isHardened }: Omit<NewUnit, "name">, places: NewPlaces): Promise<string> {
  const path = word.includes("/") ? resolve(places.cwd, word) : join(places.roots[0] ?? places.cwd, word.trim());
  const name = word.includes("/") ? basename(path) : word.trim();
  refuseName(name);
  if ((await listFolder(path)).length > 0) {
    throw new CooperError("unit-exists", `${path} is there already, and holds something.`, {
      hint: "Choose another name, or move it away.",
      where: { file: path },
    });
  }
  await writeFolder(path, unitFiles({ name, base, isHardened }));
  return path;
}

/** It becomes the name of an image and of a container, and must not look like another unit's test instance. */
function refuseName(name: string): void {
  if (/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/u.test(name) && !/^(?:test|dev)-/u.test(name)) return;
  throw new CooperError("unit-name-malformed", `"${name}" cannot be the name of a unit.`, {
    hint: "It is an image's and a container's name: lower-case letters and digits, with . _ - between them; not beginning with test- or dev-.",
  });
}
