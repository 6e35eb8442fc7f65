import { dirname } from "node:path";
import { isCooperError } from "../../base/errors.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import { bringUp } from "../execute/bring-up.ts";
import { recover } from "../execute/recover.ts";
import { type UnitLock, withUnitLock } from "../execute/unit-lock.ts";
import { instanceName } from "../plan/make-plan.ts";
import type { UnitSettings } from "../settings/layer.ts";
import type { TestReport } from "../unit-test/result.ts";
import { testUnit, type UnitTesting } from "../unit-test/test-unit.ts";
import { type BuildChoice, buildUnit } from "./build-unit.ts";
import { type LiveChange, promoteImage, type Releasing, settleRelease } from "./change-live.ts";
import { imageNames } from "./image-names.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { followRecords, gateOf } from "./releases.ts";
import { atStep } from "./steps.ts";
import { planOf, preparing, settingsOf, type UnitWork } from "./unit-work.ts";

/** A unit whose images are worked on, under its lock. */
export interface ReleaseSession {
  readonly work: UnitWork;
  readonly lock: UnitLock;
  readonly ledger: Ledger;
  /** For production. */
  readonly settings: UnitSettings;
}

const KEPT_RELEASES = 5;

/** Opens the ledger of a unit; nobody else works on the unit until `use` has ended. */
export async function withLedger<T>(
  work: UnitWork,
  { purpose }: { readonly purpose: string },
  use: (session: ReleaseSession) => Promise<T>,
): Promise<T> {
  const { execution, unit } = work;
  return withUnitLock(execution, { unit: unit.name, purpose }, async (lock) => {
    await recover(execution, lock);
    return use(await sessionOf(work, lock));
  });
}

/** The session of who holds the lock. */
export async function sessionOf(work: UnitWork, lock: UnitLock): Promise<ReleaseSession> {
  return { work, lock, settings: await settingsOf(work, "prod"), ledger: await ledgerOf(work) };
}

/** The ledger of a unit, to be read without its lock. */
export async function ledgerOf({ execution, unit }: UnitWork): Promise<Ledger> {
  const path = execution.state.ledger(unit.name);
  await makePrivateFolder(dirname(path));
  return openLedger(path, execution.clock);
}

/** Like `withLedger`, once what an earlier run began has ended. */
export function withRelease<T>(
  work: UnitWork,
  options: { readonly purpose: string },
  use: (session: ReleaseSession) => Promise<T>,
): Promise<T> {
  return withLedger(work, options, async (session) => {
    const running = await productionOf(session);
    await settleRelease(releasing(session, { isReplaced: false }), running?.imageId ?? null);
    return use(session);
  });
}

/** Builds the image and writes into the ledger that it was built. */
export async function build(
  { work, settings, ledger }: ReleaseSession,
  choice: BuildChoice,
): Promise<{ readonly image: string; readonly reference: string }> {
  const built = await buildUnit(work.execution.engine, { ...work.execution, settings, choice });
  await ledger.add({ act: "built", ...built });
  return built;
}

export interface AllTheWay {
  readonly choice: BuildChoice;
  readonly testing: Pick<UnitTesting, "nodeArguments" | "deadlineMs">;
  readonly allowUntested: boolean;
  /** Put the new image to work as well: where an instance runs, or should. */
  readonly isReplaced: boolean;
}

/** What came of building, testing and promoting. */
export interface Went {
  readonly image: string;
  readonly tests: TestReport | null;
  /** Null where the tests did not let it be promoted; `why` says why. */
  readonly change: LiveChange | null;
  readonly why: string;
}

/** Builds, tests and promotes; an image that is live and runs already is left as it is. */
export async function goAllTheWay(session: ReleaseSession, way: AllTheWay): Promise<Went> {
  const { work, ledger, lock } = session;
  atStep("build");
  const { image } = await build(session, way.choice);
  const running = await productionOf(session);
  const isReplaced = way.isReplaced && (running?.state.running === true || isStartedByItself(session));
  const promoting = releasing(session, { isReplaced });
  const { current } = followRecords(await ledger.read());
  if (current?.image === image) {
    const change = await promoteImage(promoting, { image, allowUntested: true });
    return { image, tests: null, change, why: "" };
  }
  atStep("test");
  const tests = await testUnit(work, { ...way.testing, kind: "stand-alone", image, ledger, lock });
  const gate = gateOf(await ledger.read(), image);
  if (gate.hasFailed || !(gate.isOpen || way.allowUntested)) return { image, tests, change: null, why: gate.why };
  return { image, tests, change: await promoteImage(promoting, { image, allowUntested: way.allowUntested }), why: "" };
}

/** Production's container; null where there is none. */
export async function productionOf({ work, settings }: ReleaseSession): Promise<ContainerInfo | null> {
  try {
    return await inspectContainer(work.execution.engine, instanceName(settings));
  } catch (error) {
    if (isCooperError(error) && error.code === "container-unknown") return null;
    throw error;
  }
}

function isStartedByItself({ settings, work }: ReleaseSession): boolean {
  const { autostart } = settings.cooper;
  const { name } = work.host.settings.machine;
  return autostart !== undefined && (autostart.hosts === undefined || (name !== undefined && autostart.hosts.includes(name)));
}

/** How the session's unit is released. */
export function releasing(session: ReleaseSession, { isReplaced }: { readonly isReplaced: boolean }): Releasing {
  const { work, settings, ledger, lock } = session;
  const { execution } = work;
  const replace = async (image: string): ReturnType<typeof bringUp> => {
    const plan = await planOf(work, settings, image);
    return bringUp(execution, { plan, lock, prepare: preparing(work, settings), when: "changed" });
  };
  return {
    engine: execution.engine,
    unit: settings.name,
    ledger,
    names: imageNames(settings),
    keep: settings.cooper.release?.keep ?? KEPT_RELEASES,
    replace: isReplaced ? replace : null,
  };
}
