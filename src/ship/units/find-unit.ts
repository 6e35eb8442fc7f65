import { basename, dirname, join, resolve } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { suggest } from "../../base/suggest.ts";
import { listFolder, pathExists } from "../../system/file/files.ts";

/** The settings files of a unit, the one that counts first. */
const UNIT_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "settings.yaml"] as const;

/** A folder that holds a service: its name is the folder's. */
export interface UnitFolder {
  readonly name: string;
  readonly path: string;
  /** Name of the settings file in it. */
  readonly file: string;
}

export interface UnitPlaces {
  readonly cwd: string;
  /** Folders that hold units. */
  readonly roots: readonly string[];
}

/**
 * The unit that a word means: a path (it holds a "/" or is "."), else the name of a folder in one of the roots, exactly or by its unique
 * start; without roots the working folder and the folders beside it count. Throws `unit-unknown`, `unit-ambiguous`.
 */
export async function findUnit(word: string, places: UnitPlaces): Promise<UnitFolder> {
  const text = word.trim();
  if (text === "")
    throw new CooperError("unit-unknown", "No unit was named.", { hint: "Give the name of its folder, or a path such as ./web." });
  if (text.includes("/") || text === ".") return unitAt(resolve(places.cwd, text));
  const units = await listUnits(places);
  const exact = units.find(({ name }) => name === text);
  if (exact !== undefined) return exact;
  const starting = units.filter(({ name }) => name.startsWith(text));
  const [first, second] = starting;
  if (first === undefined) throw unknownUnit(text, units, places);
  if (second !== undefined) throw ambiguous(text, starting);
  return first;
}

/** All units of the roots, by name; of two with one name the one of the earlier root counts. */
export async function listUnits(places: UnitPlaces): Promise<readonly UnitFolder[]> {
  const roots = places.roots.length > 0 ? places.roots : [places.cwd, dirname(places.cwd)];
  const found = new Map<string, UnitFolder>();
  for (const root of roots) {
    for (const name of await listFolder(root)) {
      const path = join(root, name);
      const file = await settingsFile(path);
      if (file !== null && !found.has(name)) found.set(name, { name, path, file });
    }
  }
  return [...found.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

async function unitAt(path: string): Promise<UnitFolder> {
  const file = await settingsFile(path);
  if (file !== null) return { name: basename(path), path, file };
  throw new CooperError("unit-unknown", `${path} is no unit: it has none of ${UNIT_FILES.join(", ")}.`, {
    hint: "A unit is a folder with a compose.yaml; docs/guide/settings.md shows one.",
    where: { file: path },
  });
}

async function settingsFile(path: string): Promise<string | null> {
  for (const file of UNIT_FILES) if (await pathExists(join(path, file))) return file;
  return null;
}

function unknownUnit(text: string, units: readonly UnitFolder[], { roots }: UnitPlaces): CooperError {
  const meant = suggest(
    text,
    units.map(({ name }) => name),
  );
  const where = roots.length > 0 ? roots.join(", ") : "this folder and beside it";
  return new CooperError("unit-unknown", `There is no unit "${text}" in ${where}.`, {
    hint:
      meant === null
        ? "Name the folders that hold units in ~/.config/cooper/host.yaml (roots), COOPER_ROOTS or --root."
        : `Did you mean ${meant}?`,
  });
}

function ambiguous(text: string, units: readonly UnitFolder[]): CooperError {
  return new CooperError("unit-ambiguous", `"${text}" can be ${units.length} units: ${units.map(({ name }) => name).join(", ")}.`, {
    hint: "Give more of its name.",
  });
}
