import { hostname } from "node:os";
import type { Engine } from "../../engine/open-engine.ts";
import { readLedger } from "../../ship/release/ledger.ts";
import { followRecords } from "../../ship/release/releases.ts";
import type { UnitSettings } from "../../ship/settings/layer.ts";
import type { UnitFolder } from "../../ship/units/find-unit.ts";
import type { Host } from "../../ship/units/load-host.ts";
import { shipState } from "../../ship/units/ship-state.ts";

/** A unit and its settings. */
export interface Loaded {
  readonly unit: UnitFolder;
  /** Null where they are wrong. */
  readonly settings: UnitSettings | null;
  readonly error: unknown;
}

/** What a verb says of the units that `--all` means. */
export interface Meaning {
  readonly isForThisHost?: boolean;
  readonly isOfImages?: boolean;
}

/** Whether `--all` means a unit: of those that are not built here only what was promoted once. */
export async function isMeant(
  { unit, settings }: Loaded,
  { host, engine }: { readonly host: Host; readonly engine: Engine },
  { isForThisHost, isOfImages }: Meaning,
): Promise<boolean> {
  if (isOfImages === true && settings !== null && settings.service.build === undefined) {
    return followRecords(await readLedger(shipState(host.state, engine).ledger(unit.name))).current !== null;
  }
  const hosts = settings?.cooper.autostart?.hosts;
  return isForThisHost !== true || hosts === undefined || hosts.includes(host.settings.machine.name ?? hostname());
}
