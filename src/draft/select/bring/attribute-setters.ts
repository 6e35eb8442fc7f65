import type { Timeline } from "../../model.ts";
import type { Work } from "../judge/work.ts";

/** Programs that set what a look at a path does not show: access lists, attributes. */
const SETTERS: ReadonlySet<string> = new Set(["setfacl", "setfattr"]);

/** Ranks of the Steps that set access lists or attributes of paths that are there at the end. */
export function attributeSetters(works: readonly Work[], { final }: Timeline): number[] {
  return works
    .filter(({ timed: { step } }) => step.exit === 0 && /\bset(?:facl|fattr)\b/u.test(step.ran))
    .filter(({ words }) => [...SETTERS].some((name) => words.names.has(name)))
    .filter(({ words }) => [...words.mentions, ...words.folders].some((path) => (final.get(path) ?? null) !== null))
    .map(({ rank }) => rank);
}
