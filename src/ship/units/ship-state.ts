import { join } from "node:path";
import type { Engine } from "../../engine/open-engine.ts";
import { asName } from "../../history/history-folder.ts";

/** Where it is kept what was done with the units of one engine; each engine has a folder of its own. */
export interface ShipState {
  readonly folder: string;
  /** File of a unit's releases, one JSON line each. */
  readonly ledger: (unit: string) => string;
  /** File of a replacement that has begun; it is gone when that has ended. */
  readonly journal: (unit: string) => string;
  /** Start of the names of a unit's lock. */
  readonly lock: (unit: string) => string;
}

/** The places of one engine's units below the machine's state folder (`Host.state`). */
export function shipState(state: string, engine: Pick<Engine, "id">): ShipState {
  const folder = join(state, "ship", asName(engine.id));
  return {
    folder,
    ledger: (unit) => join(folder, "ledger", `${asName(unit)}.jsonl`),
    journal: (unit) => join(folder, "journal", `${asName(unit)}.jsonl`),
    lock: (unit) => join(folder, "lock", asName(unit)),
  };
}
