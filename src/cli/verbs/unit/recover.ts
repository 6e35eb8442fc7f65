import { EXIT } from "../../../base/exit-code.ts";
import type { Execution, Recovered } from "../../../ship/execute/model.ts";
import { recover } from "../../../ship/execute/recover.ts";
import { unfinishedUnits } from "../../../ship/execute/replace-journal.ts";
import { withUnitLock } from "../../../ship/execute/unit-lock.ts";
import type { SettledRelease } from "../../../ship/release/change-live.ts";
import { type SettledUnit, settleUnit } from "../../../ship/release/settle-unit.ts";
import { findUnit, listUnits, type UnitFolder } from "../../../ship/units/find-unit.ts";
import { type Host, loadHost } from "../../../ship/units/load-host.ts";
import { shipState } from "../../../ship/units/ship-state.ts";
import { pathExists } from "../../../system/file/files.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { machinePlace } from "../../units/machine-place.ts";
import { openChosenEngine } from "../../places.ts";
import { surroundings } from "../../words/unit-options.ts";

interface RecoverOptions extends EngineChoice {
  readonly root: readonly string[];
  readonly json?: boolean;
}

/** `cooper recover`: brings to an end what was cut off; of the named units, else of all that this machine knows. */
export async function recoverUnits(context: VerbContext, words: readonly string[], options: RecoverOptions): Promise<number> {
  const host = await loadHost(surroundings(context), { root: options.root });
  const places = { cwd: context.cwd, roots: host.roots };
  const named = await Promise.all(words.map((word) => findUnit(word, places)));
  const engine = await openChosenEngine(context, options);
  const { signal, clock, randomHex, progress } = context;
  const execution: Execution = { engine, state: shipState(host.state, engine), emit: progress.emit, signal, clock, randomHex };
  const known = words.length > 0 ? named : await listUnits(places);
  const units = words.length > 0 ? [...new Set(named.map(({ name }) => name))] : await unitsWithRecords(execution, known);
  const ended = await Promise.allSettled(
    units.map(async (unit) => {
      const folder = known.find(({ name }) => name === unit);
      return { unit, ...(await recoverOne(context, { execution, host, unit, folder })) };
    }),
  );
  const settled = ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const told = words.length > 0 ? settled : settled.filter((one) => !isNothing(one));
  progress.clear();
  await context.print(options.json === true ? toJson("cooper.recover/1", { units: told }) : textOf(told));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return EXIT.done;
}

/** Units with a replacement that did not end, and those that were released from here. */
async function unitsWithRecords(execution: Execution, known: readonly UnitFolder[]): Promise<readonly string[]> {
  const released = await Promise.all(known.map(async ({ name }) => ((await pathExists(execution.state.ledger(name))) ? [name] : [])));
  return [...new Set([...(await unfinishedUnits(execution)), ...released.flat()])];
}

interface One {
  readonly execution: Execution;
  readonly host: Host;
  readonly unit: string;
  /** Unknown where the unit's folder is not below the roots any more. */
  readonly folder: UnitFolder | undefined;
}

async function recoverOne(context: VerbContext, { execution, host, unit, folder }: One): Promise<SettledUnit> {
  if (folder === undefined) {
    const went = await withUnitLock(execution, { unit, purpose: `recover ${unit}` }, (lock) => recover(execution, lock));
    return { went, release: "nothing", removed: [] };
  }
  const { engine } = execution;
  return settleUnit({
    execution,
    unit: folder,
    host,
    around: surroundings(context),
    set: [],
    place: (settings) => machinePlace(context, engine, { settings, host }),
  });
}

function isNothing({ went, release, removed }: SettledUnit): boolean {
  return went === "nothing" && release === "nothing" && removed.length === 0;
}

const CONTAINERS: Readonly<Record<Recovered, string>> = {
  nothing: "",
  back: "what was there before is back",
  forward: "the new container stays",
};

const RELEASES: Readonly<Record<SettledRelease, string>> = {
  nothing: "",
  accepted: "the last release came about",
  withdrawn: "the last release is withdrawn",
};

function textOf(settled: readonly (SettledUnit & { readonly unit: string })[]): string {
  if (settled.length === 0) return "nothing was cut off\n";
  return settled.map((one) => `${escapeText(one.unit)}: ${sentenceOf(one)}\n`).join("");
}

function sentenceOf(one: SettledUnit): string {
  if (isNothing(one)) return "nothing was cut off";
  const removed = one.removed.map((name) => `${escapeText(name)} is removed`);
  return [CONTAINERS[one.went], RELEASES[one.release], ...removed].filter((text) => text !== "").join("; ");
}
