import { listContainers } from "../../engine/container/container.ts";
import { listNetworks } from "../../engine/list-networks.ts";
import { removeNetwork } from "../../engine/network.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { removeVolume, listVolumes } from "../../engine/volume.ts";
import { stopAndRemove } from "../execute/back-and-forward.ts";
import type { Recovered } from "../execute/model.ts";
import { recover } from "../execute/recover.ts";
import { isOwn } from "../execute/take-down.ts";
import { type UnitLock, withUnitLock } from "../execute/unit-lock.ts";
import { unlessUsed } from "../execute/unless-used.ts";
import { MODES } from "../settings/modes.ts";
import { TEST_RUN } from "../unit-test/test-unit.ts";
import { type SettledRelease, settleRelease } from "./change-live.ts";
import { ledgerOf, productionOf, releasing, sessionOf } from "./pipeline.ts";
import type { UnitWork } from "./unit-work.ts";

/** What runs that were cut off had left of a unit, and what became of it. */
export interface SettledUnit {
  readonly went: Recovered;
  readonly release: SettledRelease;
  /** Names of what was taken away: instances of tests, and networks of instances that are not there. */
  readonly removed: readonly string[];
}

/** Brings all that was cut off of a unit to an end: containers first, then the ledger, the tags, and what tests left. Throws `not-restored`. */
export function settleUnit(work: UnitWork): Promise<SettledUnit> {
  const { execution, unit } = work;
  return withUnitLock(execution, { unit: unit.name, purpose: `recover ${unit.name}` }, async (lock) => {
    const went = await recover(execution, lock);
    const removed = [...(await endTestRuns(execution.engine, unit.name)), ...(await removeLoneNetworks(execution.engine, unit.name))];
    const release = await endRelease(work, lock);
    return { went, release, removed };
  });
}

/** The settings of a unit that was never released are not asked: they may be wrong, and nothing is gone by them. */
async function endRelease(work: UnitWork, lock: UnitLock): Promise<SettledRelease> {
  if ((await (await ledgerOf(work)).read()).length === 0) return "nothing";
  const session = await sessionOf(work, lock);
  const running = await productionOf(session);
  return settleRelease(releasing(session, { isReplaced: false }), running?.imageId ?? null);
}

/** Under the unit's lock no test runs: an instance that is there for a test alone has been left. */
async function endTestRuns(engine: Engine, unit: string): Promise<readonly string[]> {
  const left = await listContainers(engine, { all: true, labels: [`cooper.unit=${unit}`, `${TEST_RUN}=1`] });
  for (const { id } of left) await stopAndRemove(engine, id);
  if (left.length === 0) return [];
  const volumes = (await listVolumes(engine, { label: `cooper.unit=${unit}` })).filter(({ labels }) => labels["cooper.mode"] === "test");
  await Promise.all(volumes.map(({ name }) => unlessUsed(removeVolume(engine, name))));
  return left.map(({ name }) => name);
}

/** A network of its own goes with its instance: one without any was made for one that never came. */
async function removeLoneNetworks(engine: Engine, unit: string): Promise<readonly string[]> {
  const removed = await Promise.all(
    MODES.map(async (mode) => {
      const labels = [`cooper.unit=${unit}`, `cooper.mode=${mode}`];
      if ((await listContainers(engine, { all: true, labels })).length > 0) return [];
      const networks = (await listNetworks(engine, labels)).filter(({ name }) => isOwn({ unit, mode }, name));
      const gone = await Promise.all(networks.map(async ({ id, name }) => ((await unlessUsed(removeNetwork(engine, id))) ? [name] : [])));
      return gone.flat();
    }),
  );
  return removed.flat();
}
