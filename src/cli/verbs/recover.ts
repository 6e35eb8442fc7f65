import { EXIT } from "../../base/exit-code.ts";
import type { Execution, Recovered } from "../../ship/execute/model.ts";
import { recover } from "../../ship/execute/recover.ts";
import { unfinishedUnits } from "../../ship/execute/replace-journal.ts";
import { withUnitLock } from "../../ship/execute/unit-lock.ts";
import { findUnit } from "../../ship/units/find-unit.ts";
import { loadHost } from "../../ship/units/load-host.ts";
import { shipState } from "../../ship/units/ship-state.ts";
import { escapeText } from "../../terminal/escape-text.ts";
import type { EngineChoice, VerbContext } from "../context.ts";
import { toJson } from "../json.ts";
import { openChosenEngine } from "../places.ts";
import { surroundings } from "../unit-options.ts";

interface RecoverOptions extends EngineChoice {
  readonly root: readonly string[];
  readonly json?: boolean;
}

/** `cooper recover`: brings replacements that were cut off to an end; of the named units, else of all. */
export async function recoverUnits(context: VerbContext, words: readonly string[], options: RecoverOptions): Promise<number> {
  const host = await loadHost(surroundings(context), { root: options.root });
  const places = { cwd: context.cwd, roots: host.roots };
  const named = await Promise.all(words.map(async (word) => (await findUnit(word, places)).name));
  const engine = await openChosenEngine(context, options);
  const { signal, clock, randomHex, progress } = context;
  const execution: Execution = { engine, state: shipState(host.state, engine), emit: progress.emit, signal, clock, randomHex };
  const units = words.length > 0 ? [...new Set(named)] : await unfinishedUnits(execution);
  const recovered = await Promise.all(units.map(async (unit) => ({ unit, went: await recoverOne(execution, unit) })));
  progress.clear();
  await context.print(options.json === true ? toJson("cooper.recover/1", { units: recovered }) : textOf(recovered));
  return EXIT.done;
}

function recoverOne(execution: Execution, unit: string): Promise<Recovered> {
  return withUnitLock(execution, { unit, purpose: `recover ${unit}` }, (lock) => recover(execution, lock));
}

const WORDS: Readonly<Record<Recovered, string>> = {
  nothing: "nothing was cut off",
  back: "what was there before is back",
  forward: "the new container stays",
};

function textOf(recovered: readonly { readonly unit: string; readonly went: Recovered }[]): string {
  if (recovered.length === 0) return "nothing was cut off\n";
  return recovered.map(({ unit, went }) => `${escapeText(unit)}: ${WORDS[went]}\n`).join("");
}
