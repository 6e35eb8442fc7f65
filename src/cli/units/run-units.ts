import { availableParallelism } from "node:os";
import { isCooperError, messageOf } from "../../base/errors.ts";
import type { Emit } from "../../base/events.ts";
import { EXIT } from "../../base/exit-code.ts";
import { type UnitOutcome, runWaves, type WaveUnit } from "../../ship/execute/waves.ts";
import { builtOn, unitsBelow } from "../../ship/release/built-on.ts";
import { resolveSettings } from "../../ship/settings/resolve.ts";
import type { UnitFolder } from "../../ship/units/find-unit.ts";
import type { Host } from "../../ship/units/load-host.ts";
import { loadUnit } from "../../ship/units/load-unit.ts";
import { escapeText } from "../../terminal/escape-text.ts";
import { createStyle, wantsColour } from "../../terminal/style.ts";
import { renderTable } from "../../terminal/table.ts";
import { createBoard, type UnitBoard } from "../../terminal/unit-board.ts";
import type { EngineChoice, VerbContext } from "../context.ts";
import { toJson } from "../json.ts";
import { isMeant, type Loaded } from "./meant-units.ts";
import { type NamedEngine, openEngines } from "../open-engines.ts";
import { exitCodeOf, knownError, renderError } from "../report-error.ts";
import { selectUnits } from "./select-units.ts";
import { surroundings, type UnitOptions } from "../words/unit-options.ts";
import { UnitWork } from "./unit-work.ts";

/** What a verb that takes several units was told. */
export interface UnitsOptions extends UnitOptions, EngineChoice {
  readonly all?: boolean;
  /** How many units at once. */
  readonly parallel?: number;
  readonly json?: boolean;
}

/** A verb that does something to one unit after the other, and how its results are told. */
export interface UnitsVerb<T> {
  readonly name: string;
  /** "cooper.up/1". */
  readonly schema: string;
  /** With `--all`: leave out units whose `autostart.hosts` do not name this machine. */
  readonly isForThisHost?: boolean;
  /** It is about images: units come after those that they are built on too, and with `--all` those that are not built here are left out unless they were promoted once. */
  readonly isOfImages?: boolean;
  /** What depends on others goes before them. */
  readonly isReversed?: boolean;
  readonly act: (work: UnitWork) => Promise<T>;
  /** The result in some words. */
  readonly text: (value: T) => string;
  /** The result at length, for a person who asked about one unit; ends with a newline. */
  readonly page?: (value: T) => string;
  /** Members of the unit's JSON. */
  readonly json: (value: T) => object;
  /** Exit code of a result that is no error; 0 where absent. What depends on a unit with another one is skipped. */
  readonly exit?: (value: T) => number;
}

/** Does a verb to the units that the words mean: in waves, several at once; shows the work, prints the results, gives the exit code. */
export async function runUnits<T>(
  context: VerbContext,
  { words, options }: { readonly words: readonly string[]; readonly options: UnitsOptions },
  verb: UnitsVerb<T>,
): Promise<number> {
  const { units: selected, host } = await selectUnits(context, words, options);
  const loaded = await Promise.all(selected.map((unit) => load(context, { unit, host, options })));
  const [only] = loaded;
  if (loaded.length === 1 && only?.settings === null) throw only.error;
  const { engines, failed } = await openEngines(context, options);
  const bases = verb.isOfImages === true ? await basesOf(loaded) : new Map<string, readonly string[]>();
  const all = engines.flatMap((engine) => loaded.map((unit) => jobOf(unit, engine, bases)));
  const jobs = options.all === true ? await meantOf(all, host, verb) : all;
  const isMany = jobs.length > 1 || options.all === true;
  const board = isMany ? boardFor(context, jobs) : null;
  const outcomes = await runJobs(context, { jobs, board, host, options }, verb).finally(() => board?.close());
  context.signal.throwIfAborted();
  return tell(context, { outcomes, isMany, options, failedEngines: failed.length }, verb);
}

async function load(
  context: VerbContext,
  { unit, host, options }: { readonly unit: UnitFolder; readonly host: Host; readonly options: UnitsOptions },
): Promise<Loaded> {
  try {
    const around = surroundings(context);
    const settings = resolveSettings(await loadUnit(unit, host, { around, mode: options.mode, set: options.set }));
    return { unit, settings, error: null };
  } catch (error) {
    return { unit, settings: null, error };
  }
}

async function basesOf(units: readonly Loaded[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = await Promise.all(units.flatMap(({ settings }) => (settings?.service.build === undefined ? [] : [builtOn(settings)])));
  return new Map(all.map((one) => [one.unit, unitsBelow(one, all)]));
}

interface Job {
  readonly loaded: Loaded;
  readonly engine: NamedEngine;
  readonly wave: WaveUnit;
}

async function meantOf<T>(jobs: readonly Job[], host: Host, verb: UnitsVerb<T>): Promise<readonly Job[]> {
  const meant = await Promise.all(
    jobs.map(async (job) => ((await isMeant(job.loaded, { host, engine: job.engine.engine }, verb)) ? [job] : [])),
  );
  return meant.flat();
}

function jobOf(loaded: Loaded, engine: NamedEngine, bases: ReadonlyMap<string, readonly string[]>): Job {
  const named = (name: string): string => (engine.name === "" ? name : `${engine.name}/${name}`);
  const { after = [], autostart } = loaded.settings?.cooper ?? {};
  const { name } = loaded.unit;
  const all = [...new Set([...after, ...(bases.get(name) ?? [])])];
  return { loaded, engine, wave: { name: named(name), after: all.map(named), wave: autostart?.wave ?? null } };
}

function boardFor({ stderr, env }: VerbContext, jobs: readonly Job[]): UnitBoard {
  return createBoard({
    stream: stderr,
    isTerminal: stderr.isTTY && env["TERM"] !== "dumb",
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    style: createStyle(wantsColour(stderr.isTTY, env)),
    names: jobs.map(({ wave }) => wave.name),
  });
}

interface Running {
  readonly jobs: readonly Job[];
  readonly board: UnitBoard | null;
  readonly host: Host;
  readonly options: UnitsOptions;
}

async function runJobs<T>(
  context: VerbContext,
  { jobs, board, host, options }: Running,
  verb: UnitsVerb<T>,
): Promise<readonly UnitOutcome<T>[]> {
  const byName = new Map(jobs.map((job) => [job.wave.name, job]));
  const refused = new Map<string, T>();
  const outcomes = await runWaves({
    units: jobs.map(({ wave }) => wave),
    parallel: options.parallel ?? Math.max(2, availableParallelism()),
    isReversed: verb.isReversed ?? false,
    clock: context.clock,
    signal: context.signal,
    onState: (name, state) => board?.setState(name, state),
    act: async (name) => {
      const job = byName.get(name);
      const emit: Emit = board?.emitOf(name) ?? context.progress.emit;
      const settings = job?.loaded.settings ?? null;
      if (job === undefined || settings === null) throw job?.loaded.error;
      const value = await verb.act(new UnitWork({ context, engine: job.engine.engine, settings, host, emit, verb: verb.name }));
      if ((verb.exit?.(value) ?? EXIT.done) === EXIT.done) return value;
      refused.set(name, value);
      throw new Error("the answer is no");
    },
  });
  return outcomes.map((outcome) =>
    refused.has(outcome.name) ? { ...outcome, value: refused.get(outcome.name) ?? null, error: null } : outcome,
  );
}

interface Told<T> {
  readonly outcomes: readonly UnitOutcome<T>[];
  readonly isMany: boolean;
  readonly options: UnitsOptions;
  readonly failedEngines: number;
}

async function tell<T>(context: VerbContext, { outcomes, isMany, options, failedEngines }: Told<T>, verb: UnitsVerb<T>): Promise<number> {
  const failures = outcomes.filter(({ state, value }) => state === "failed" && value === null);
  const [failure] = failures;
  if (!isMany && options.json !== true && failure !== undefined) throw failure.error;
  const exits = outcomes.map((outcome) => exitOf(outcome, verb));
  context.progress.clear();
  if (options.json === true) await context.print(toJson(verb.schema, { units: outcomes.map((one) => jsonOf(one, verb)) }));
  else await context.print(isMany ? tableOf(outcomes, verb) : outcomes.map((one) => pageOf(one, verb)).join(""));
  const style = createStyle(wantsColour(context.stderr.isTTY, context.env));
  for (const { name, error } of failures)
    context.stderr.write(`${isMany ? `${escapeText(name)} ` : ""}${renderError(error, style, false)}`);
  return worst([...exits, failedEngines > 0 ? EXIT.engine : EXIT.done]);
}

/** The one that must not be hidden by the others. */
const RANKS: readonly number[] = [
  EXIT.interrupted,
  EXIT.selfTest,
  EXIT.engine,
  EXIT.incomplete,
  EXIT.deadline,
  EXIT.rolledBack,
  EXIT.usage,
];

function worst(exits: readonly number[]): number {
  return RANKS.find((rank) => exits.includes(rank)) ?? Math.max(EXIT.done, ...exits);
}

function exitOf<T>({ state, value, error }: UnitOutcome<T>, verb: UnitsVerb<T>): number {
  if (state === "failed" && value === null) return exitCodeOf(error, { verb: "", isInterrupted: false });
  if (state === "skipped" || value === null) return state === "skipped" ? EXIT.no : EXIT.done;
  return verb.exit?.(value) ?? EXIT.done;
}

function pageOf<T>(outcome: UnitOutcome<T>, verb: UnitsVerb<T>): string {
  const { name, value } = outcome;
  return value === null || verb.page === undefined ? `${escapeText(name)}: ${textOf(outcome, verb)}\n` : verb.page(value);
}

function textOf<T>({ value, error, because }: UnitOutcome<T>, verb: UnitsVerb<T>): string {
  if (value !== null) return escapeText(verb.text(value));
  return escapeText(because === null ? messageOf(knownError(error) ?? "interrupted") : `${because} failed`);
}

function tableOf<T>(outcomes: readonly UnitOutcome<T>[], verb: UnitsVerb<T>): string {
  const rows = outcomes.map((one) => [escapeText(one.name), one.state, `${(one.ms / 1000).toFixed(1)} s`, textOf(one, verb)]);
  return renderTable([["UNIT", "RESULT", "TIME", ""], ...rows]);
}

function jsonOf<T>({ name, state, value, error: thrown, because, ms }: UnitOutcome<T>, verb: UnitsVerb<T>): object {
  const error = knownError(thrown);
  const told = isCooperError(error)
    ? { code: error.code, message: error.message, hint: error.hint ?? null }
    : { message: messageOf(error) };
  return {
    unit: name,
    state,
    seconds: ms / 1000,
    ...(value === null ? {} : verb.json(value)),
    error: state === "failed" && value === null ? told : null,
    because,
  };
}
