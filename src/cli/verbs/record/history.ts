import { findHistory } from "../../../record/find-history.ts";
import { readSessionCast } from "../../../record/session-cast.ts";
import { playSession } from "../../../terminal/play-session.ts";
import { renderHistory } from "../../../terminal/history-view.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { openStore } from "../../open-store.ts";
import { openEngineIfThere } from "../../places.ts";
import { findRecorded } from "../../recorded-name.ts";

interface HistoryOptions extends EngineChoice {
  readonly effects?: boolean;
  readonly json?: boolean;
  readonly play?: boolean;
  readonly session?: string;
  readonly speed: number;
}

/** `cooper history`: lists the Steps, or plays a Session's terminal. */
export async function showHistory(context: VerbContext, given: string, choices: HistoryOptions): Promise<number> {
  const { name, choice } = await findRecorded(context, given, choices);
  const options = { ...choices, ...choice };
  const engine = await openEngineIfThere(context, options);
  const store = openStore(context);
  const history = await findHistory({ engine, store, name });
  if (options.play === true) {
    const cast = await readSessionCast(store, history, options.session ?? null);
    await playSession(cast, { speed: options.speed, print: context.print, signal: context.signal });
  } else if (options.json === true) {
    await context.print(toJson("cooper.history/1", { ...history }));
  } else {
    await context.print(renderHistory(history, { style: context.style, effects: options.effects === true }));
  }
  return 0;
}
