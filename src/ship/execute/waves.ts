import { CooperError } from "../../base/errors.ts";

/** One unit among several. */
export interface WaveUnit {
  readonly name: string;
  /** Names of units that must be done before; those that are not among the given do not count. */
  readonly after: readonly string[];
  /** Units of lower waves go before it; null goes last. */
  readonly wave: number | null;
}

export type UnitState = "waiting" | "working" | "done" | "failed" | "skipped";

export interface UnitOutcome<T> {
  readonly name: string;
  readonly state: "done" | "failed" | "skipped";
  /** What `act` gave, where it is done. */
  readonly value: T | null;
  readonly error: unknown;
  /** The unit whose failure is the reason to skip this one. */
  readonly because: string | null;
  readonly ms: number;
}

export interface Waves<T> {
  readonly units: readonly WaveUnit[];
  /** How many at once. */
  readonly parallel: number;
  /** The last first: what depends on others goes before them. */
  readonly isReversed?: boolean;
  readonly act: (name: string) => Promise<T>;
  readonly clock: () => number;
  /** After an abort nothing more is begun. */
  readonly signal: AbortSignal;
  readonly onState?: (name: string, state: UnitState) => void;
}

/** Acts on all units, each when those it comes after are done; the dependants of a failure are skipped, all others go on. Throws `units-cycle`. */
export async function runWaves<T>(waves: Waves<T>): Promise<readonly UnitOutcome<T>[]> {
  const edges = edgesOf(waves);
  refuseCycle(edges);
  const outcomes = new Map<string, UnitOutcome<T>>();
  const working = new Map<string, Promise<void>>();
  const waiting = new Set(edges.keys());
  for (;;) {
    for (const name of waiting) {
      const { needs, waitsFor } = edges.get(name) ?? { needs: [], waitsFor: [] };
      if (![...needs, ...waitsFor].every((one) => outcomes.has(one))) continue;
      const because = needs.find((one) => outcomes.get(one)?.state !== "done") ?? null;
      if (because === null && !waves.signal.aborted) {
        if (working.size >= waves.parallel) continue;
        const work = actOn(waves, name).then((outcome) => void (outcomes.set(name, outcome), working.delete(name)));
        working.set(name, work);
      } else {
        outcomes.set(name, { name, state: "skipped", value: null, error: null, because: rootOf(outcomes, because), ms: 0 });
        waves.onState?.(name, "skipped");
      }
      waiting.delete(name);
    }
    if (working.size === 0 && ![...waiting].some((name) => isReady(edges.get(name), outcomes))) break;
    if (working.size > 0) await Promise.race(working.values());
  }
  return waves.units.flatMap(({ name }) => outcomes.get(name) ?? []);
}

interface Edges {
  /** Without these it makes no sense. */
  readonly needs: readonly string[];
  /** After these, whatever becomes of them. */
  readonly waitsFor: readonly string[];
}

function isReady(edges: Edges | undefined, outcomes: ReadonlyMap<string, unknown>): boolean {
  return edges !== undefined && [...edges.needs, ...edges.waitsFor].every((one) => outcomes.has(one));
}

function rootOf<T>(outcomes: ReadonlyMap<string, UnitOutcome<T>>, name: string | null): string | null {
  return name === null ? null : (outcomes.get(name)?.because ?? name);
}

function edgesOf<T>({ units, isReversed = false }: Waves<T>): ReadonlyMap<string, Edges> {
  const names = new Set(units.map(({ name }) => name));
  const waveOf = ({ wave }: WaveUnit): number => wave ?? Infinity;
  return new Map(
    units.map((unit) => {
      const needs = unit.after.filter((one) => names.has(one));
      const needers = units.filter(({ after }) => after.includes(unit.name)).map(({ name }) => name);
      const before = units.filter((other) => (isReversed ? waveOf(other) > waveOf(unit) : waveOf(other) < waveOf(unit)));
      // What is said by name counts more than the numbers.
      const waitsFor = before.map(({ name }) => name).filter((one) => !needs.includes(one) && !needers.includes(one));
      return [unit.name, isReversed ? { needs: [], waitsFor: [...needers, ...waitsFor] } : { needs, waitsFor }];
    }),
  );
}

function refuseCycle(edges: ReadonlyMap<string, Edges>): void {
  const done = new Set<string>();
  for (let left = [...edges.keys()]; left.length > 0;) {
    const ready = left.filter((name) => isReady(edges.get(name), new Map([...done].map((one) => [one, true]))));
    if (ready.length === 0) {
      throw new CooperError("units-cycle", `These units wait for each other: ${left.join(", ")}.`, {
        hint: "Take one of them out of `after`, or give its wave another number.",
      });
    }
    for (const name of ready) done.add(name);
    left = left.filter((name) => !done.has(name));
  }
}

async function actOn<T>({ act, clock, onState }: Waves<T>, name: string): Promise<UnitOutcome<T>> {
  const begun = clock();
  onState?.(name, "working");
  const base = { name, because: null };
  try {
    const value = await act(name);
    onState?.(name, "done");
    return { ...base, state: "done", value, error: null, ms: clock() - begun };
  } catch (error) {
    onState?.(name, "failed");
    return { ...base, state: "failed", value: null, error, ms: clock() - begun };
  }
}
