import type { TraceAct } from "../../trace/protocol.ts";
import { imageOf } from "../test-image.ts";
import { LevelledClosure } from "./close.ts";
import type { KeepLevel } from "./closure.ts";
import { readPackages } from "./packages.ts";

/** An image and a Trace, and what its closure must and must not have. */
export interface ClosingCase {
  readonly name: string;
  readonly rows: Readonly<Record<string, string>>;
  readonly touched: Readonly<Record<string, TraceAct>>;
  readonly level?: KeepLevel;
  readonly env?: readonly string[];
  readonly workdir?: string;
  readonly keeps: readonly string[];
  readonly drops?: readonly string[];
}

/** The paths that a case keeps. */
export async function closingOf({ rows, touched, level = "module", env = [], workdir = "" }: ClosingCase): Promise<ReadonlySet<string>> {
  const image = await imageOf(rows);
  const acts = Object.fromEntries(Object.entries(touched).map(([path, act]) => [path, [act]]));
  const trace = { version: 1, touched: acts, lost: 0, mode: "transparent" } as const;
  const settings = { entrypoint: [], cmd: [], env, user: "", workdir, volumes: [], exposed: [], stopSignal: null };
  const options = { level, include: [], exclude: [], missing: [], hasRules: true };
  return new Set(new LevelledClosure(image, readPackages(image), { trace, settings, options }).kept().keys());
}

/** What of a case's promises does not hold: empty when all do. */
export async function brokenPromises(one: ClosingCase): Promise<readonly string[]> {
  const kept = await closingOf(one);
  const dropped = one.keeps.filter((path) => !kept.has(path)).map((path) => `dropped ${path}`);
  return [...dropped, ...(one.drops ?? []).filter((path) => kept.has(path)).map((path) => `kept ${path}`)];
}
