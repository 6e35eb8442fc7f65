// Started by ship-release-kill.test.ts: promotes, goes back or upgrades as `cooper` does, and stops itself where it is told to.
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { openEngine } from "../../src/engine/open-engine.ts";
import { promoteImage, rollBack } from "../../src/ship/release/change-live.ts";
import { goAllTheWay, releasing, type ReleaseSession, withRelease } from "../../src/ship/release/pipeline.ts";
import { findUnit } from "../../src/ship/units/find-unit.ts";
import { loadHost } from "../../src/ship/units/load-host.ts";
import { shipState } from "../../src/ship/units/ship-state.ts";

const { env } = process;
const [word = "", verb = "", image = ""] = process.argv.slice(2);
const around = { env, home: homedir(), cwd: process.cwd() };
const engine = await openEngine({ env, home: homedir() });
const host = await loadHost(around, { root: [] });
const { signal } = new AbortController();
const execution = {
  engine,
  state: shipState(host.state, engine),
  emit: () => undefined,
  signal,
  clock: Date.now,
  randomHex: (bytes: number) => randomBytes(bytes).toString("hex"),
};
const work = {
  execution,
  unit: await findUnit(word, { cwd: around.cwd, roots: host.roots }),
  host,
  around,
  set: [],
  place: (settings: ReleaseSession["settings"]) => ({ engine, settings, host, around, ask: async () => null, emit: () => undefined }),
};
const at = (step: string): void => {
  if (step === env["COOPER_TEST_STEP"]) process.kill(process.pid, "SIGKILL");
};

await withRelease(work, { purpose: "test", at }, async (session) => {
  const live = releasing(session, { isReplaced: verb !== "promote" });
  if (verb === "rollback") await rollBack(live, 1);
  else if (verb === "upgrade") {
    const choice = { builder: "classic", noCache: false, pull: false, harden: false } as const;
    const testing = { nodeArguments: null, deadlineMs: 60_000 };
    await goAllTheWay(session, { choice, testing, allowUntested: false, isReplaced: true });
  } else await promoteImage(live, { image, allowUntested: true });
});
process.exit();
