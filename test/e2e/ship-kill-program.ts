// Started by ship-kill.test.ts: brings a unit's instance up as `cooper restart` does, and stops itself where it is told to.
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { openEngine } from "../../src/engine/open-engine.ts";
import { bringUp } from "../../src/ship/execute/bring-up.ts";
import { withUnitLock } from "../../src/ship/execute/unit-lock.ts";
import { shipState } from "../../src/ship/units/ship-state.ts";
import { makePlan } from "../../src/ship/plan/make-plan.ts";
import { resolveSettings } from "../../src/ship/settings/resolve.ts";
import { findUnit } from "../../src/ship/units/find-unit.ts";
import { gatherFacts } from "../../src/ship/units/gather-facts.ts";
import { loadHost } from "../../src/ship/units/load-host.ts";
import { loadUnit } from "../../src/ship/units/load-unit.ts";

const { env } = process;
const { COOPER_TEST_STEP: step } = env;
const around = { env, home: homedir(), cwd: process.cwd() };
const engine = await openEngine({ env, home: homedir() });
const host = await loadHost(around, { root: [] });
const unit = await findUnit(process.argv[2] ?? "", { cwd: around.cwd, roots: host.roots });
const settings = resolveSettings(await loadUnit(unit, host, { around, mode: "prod", set: [] }));
const execution = {
  engine,
  state: shipState(host.state, engine),
  emit: () => undefined,
  signal: new AbortController().signal,
  clock: Date.now,
  randomHex: (bytes: number) => randomBytes(bytes).toString("hex"),
  at: (here: string) => {
    if (here === step) process.kill(process.pid, "SIGKILL");
  },
};
await withUnitLock(execution, { unit: unit.name, purpose: "test" }, async (lock) => {
  const plan = makePlan(settings, await gatherFacts(engine, settings, { host, around }));
  await bringUp(execution, { plan, lock, prepare: async () => ({ mounts: [], release: async () => undefined }), when: "always" });
});
process.exit();
