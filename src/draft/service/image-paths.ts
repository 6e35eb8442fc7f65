import type { Entry } from "../../format/tree/entry.ts";
import type { DraftInput, Timeline } from "../model.ts";
import { pathTest } from "../tables/path-pattern.ts";

/** What is known of the recorded container's paths at the end. */
export interface ImagePaths {
  /** Null: not there; undefined: the base image is not known and no Step changed it. */
  readonly at: (path: string) => Entry | null | undefined;
  /** The changed paths that are there and match. */
  readonly changed: (patterns: readonly string[]) => readonly string[];
  /** The first path that is there and whose name or whole path fits. */
  readonly find: (pattern: RegExp) => string | null;
  /** The text of a changed file, where it was kept. */
  readonly text: (path: string) => string | null;
}

/** Looks into the recorded container's final tree: the base image with all changes. */
export function imagePaths(input: DraftInput, timeline: Timeline): ImagePaths {
  const { base } = input;
  const at = (path: string): Entry | null | undefined => {
    const entry = timeline.final.get(path);
    return entry !== undefined || base === null ? entry : (base.get(path) ?? null);
  };
  const there = [...timeline.final].filter(([, entry]) => entry !== null).map(([path]) => path);
  return {
    at,
    changed: (patterns) => there.filter(pathTest(patterns)).toSorted(),
    find: (pattern) =>
      there.find((path) => pattern.test(path)) ?? [...(base?.keys() ?? [])].find((path) => pattern.test(path) && at(path) !== null) ?? null,
    text: (path) => {
      const hash = timeline.final.get(path)?.hash;
      return hash === undefined ? null : input.readText(hash);
    },
  };
}
