import type { Engine } from "../../engine/open-engine.ts";
import type { PlanFacts } from "../plan/model.ts";
import type { UnitSettings } from "../settings/layer.ts";
import { imageNamesToSeek } from "./image-names.ts";
import { readLedger } from "./ledger.ts";
import { followRecords } from "./releases.ts";
import { imageIdOf } from "./settle-tags.ts";

/** For a unit whose image comes from elsewhere: what was promoted of it, or for an instance beside production what was taken last; null where cooper never took it, or it is built here. */
export async function releasedImage(
  engine: Engine,
  { service, mode, ...settings }: UnitSettings,
  ledger: string,
): Promise<PlanFacts["released"]> {
  if (service.build !== undefined) return null;
  const names = imageNamesToSeek({ ...settings, mode, service });
  if (names === null) return null;
  const records = await readLedger(ledger);
  const image = mode === "prod" ? followRecords(records).current?.image : records.findLast((record) => record.act === "built")?.image;
  return image === undefined ? null : { reference: mode === "prod" ? names.live : names.latest, id: await imageIdOf(engine, image) };
}
