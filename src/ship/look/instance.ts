import { CooperError } from "../../base/errors.ts";
import { suggest } from "../../base/suggest.ts";
import type { ContainerSummary } from "../../engine/container/container.ts";
import { MODES, type Mode } from "../settings/modes.ts";
import type { KnownUnit } from "./known-unit.ts";

/** What a person looks at: an instance of a unit, or a container that is no unit's. */
export interface Instance {
  readonly unit: string | null;
  readonly mode: Mode | null;
  /** What the container is, or would be, called. */
  readonly name: string;
  readonly known: KnownUnit | null;
}

/** The instance of a unit. */
export function instanceOf(known: KnownUnit): Instance {
  return { unit: known.unit.name, mode: known.mode, name: known.instance, known };
}

/** The instance that a container is, by its name or its labels. */
export function instanceOfContainer({ name, labels }: ContainerSummary, units: readonly KnownUnit[]): Instance {
  const known = units.find(({ instance }) => instance === name);
  if (known !== undefined) return instanceOf(known);
  const unit = labels["cooper.unit"] ?? null;
  return { unit, mode: MODES.find((mode) => mode === labels["cooper.mode"]) ?? null, name, known: null };
}

/** The container of an instance: the one of its name, else the one that was made for its unit under another name; one that runs first. */
export function containerOf({ name, unit, mode }: Instance, containers: readonly ContainerSummary[]): ContainerSummary | null {
  const named = containers.find((one) => one.name === name);
  if (named !== undefined || unit === null) return named ?? null;
  const labelled = containers.filter(({ labels }) => labels["cooper.unit"] === unit && labels["cooper.mode"] === mode);
  return labelled.find(({ status }) => status === "running") ?? labelled[0] ?? null;
}

/** The instance that a word means: exactly a unit or a container (also by id), else by its unique start; throws `unit-unknown`, `unit-ambiguous`. */
export function matchInstance(word: string, units: readonly KnownUnit[], containers: readonly ContainerSummary[]): Instance {
  const text = word.trim();
  const all = [...units.map(instanceOf), ...containers.map((one) => instanceOfContainer(one, units))];
  const exact =
    all.find(({ known }) => known?.unit.name === text) ??
    all.find(({ name }) => name === text) ??
    containers.filter(({ id }) => id === text).map((one) => instanceOfContainer(one, units))[0];
  if (text !== "" && exact !== undefined) return exact;
  const starting = uniqueBy(
    [
      ...all.filter(({ name, known }) => name.startsWith(text) || known?.unit.name.startsWith(text) === true),
      ...containers.filter(({ id }) => /^[0-9a-f]{4,}$/u.test(text) && id.startsWith(text)).map((one) => instanceOfContainer(one, units)),
    ],
    ({ name }) => name,
  );
  const [first, second] = starting;
  if (text === "" || first === undefined) throw unknown(text, all);
  if (second === undefined) return first;
  throw new CooperError("unit-ambiguous", `"${text}" can be ${starting.length}: ${starting.map(({ name }) => name).join(", ")}.`, {
    hint: "Give more of its name.",
  });
}

function unknown(text: string, all: readonly Instance[]): CooperError {
  if (text === "") return new CooperError("unit-unknown", "A blank name was given.", { hint: "Give the name of a unit or a container." });
  const meant = suggest(
    text,
    all.flatMap(({ name, unit }) => (unit === null ? [name] : [name, unit])),
  );
  return new CooperError("unit-unknown", `There is no unit and no container "${text}".`, {
    hint: meant === null ? "cooper ps --all lists them; --root or COOPER_ROOTS names folders that hold units." : `Did you mean ${meant}?`,
  });
}

function uniqueBy<T>(list: readonly T[], key: (one: T) => string): readonly T[] {
  return [...new Map(list.map((one) => [key(one), one])).values()];
}
