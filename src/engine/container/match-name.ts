import { CooperError } from "../../base/errors.ts";
import { editDistance } from "../../base/suggest.ts";

export interface Named {
  readonly id: string;
  readonly name: string;
}

const SHORT_ID = 12;
const MOST_SHOWN = 5;

/** The one container that a text names: exactly, else as the unique start of a name or an id; throws `container-unknown`, `container-ambiguous`. */
export function matchName<T extends Named>(given: string, containers: readonly T[]): T {
  const text = given.trim().replace(/^\//u, "");
  if (text === "") throw unknown("No container was named.", containers);
  const exact = containers.find((one) => one.name === text) ?? containers.find((one) => one.id === text);
  if (exact !== undefined) return exact;
  const starting = containers.filter((one) => one.name.startsWith(text) || one.id.startsWith(text));
  const [first, second] = starting;
  if (first === undefined) throw unknown(`There is no container "${text}".`, nearest(text, containers));
  if (second !== undefined) throw ambiguous(text, starting);
  return first;
}

function unknown(message: string, suggestions: readonly Named[]): CooperError {
  const names = shownNames(suggestions);
  const hint = names === "" ? "See `docker ps --all`." : `Did you mean ${names}? See \`docker ps --all\`.`;
  return new CooperError("container-unknown", message, { hint });
}

function ambiguous(text: string, candidates: readonly Named[]): CooperError {
  return new CooperError("container-ambiguous", `"${text}" can be ${candidates.length} containers: ${shownNames(candidates)}.`, {
    hint: "Give more of its name or id.",
  });
}

function shownNames(containers: readonly Named[]): string {
  const shown = containers.slice(0, MOST_SHOWN).map((one) => `${one.name} (${one.id.slice(0, SHORT_ID)})`);
  return [...shown, ...(containers.length > MOST_SHOWN ? ["…"] : [])].join(", ");
}

function nearest(text: string, containers: readonly Named[]): readonly Named[] {
  const limit = text.length < 3 ? 1 : Math.max(2, Math.floor(text.length / 3));
  return containers
    .map((one) => ({ one, distance: one.name.includes(text) ? 0 : editDistance(text, one.name) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((left, right) => left.distance - right.distance)
    .map(({ one }) => one);
}
