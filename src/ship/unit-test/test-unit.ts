import { CooperError, isCooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import { bringUp } from "../execute/bring-up.ts";
import { takeDown } from "../execute/take-down.ts";
import type { UnitLock } from "../execute/unit-lock.ts";
import type { Plan } from "../plan/model.ts";
import type { TestKind } from "../release/test-kinds.ts";
import type { Ledger } from "../release/ledger.ts";
import { atStep } from "../release/steps.ts";
import { planOf, preparing, prodReadySettings, settingsOf, type UnitWork } from "../release/unit-work.ts";
import type { UnitSettings } from "../settings/layer.ts";
import type { TestReport } from "./result.ts";
import { runTests, type TestRequest } from "./run-tests.ts";

/** How a unit is tested. */
export interface UnitTesting extends Pick<TestRequest, "nodeArguments" | "deadlineMs"> {
  readonly kind: TestKind;
  /** "sha256:…" of the image; null: the one built last, or that production runs. */
  readonly image: string | null;
  readonly ledger: Ledger;
  readonly lock: UnitLock;
}

/** Tests a unit in one of the three ways and writes into the ledger what came of it. */
export async function testUnit(work: UnitWork, testing: UnitTesting): Promise<TestReport> {
  const report = testing.kind === "in-prod" ? await testProduction(work, testing) : await testInstance(work, testing);
  const tests = report.tests.map(({ name, outcome }) => ({ name, outcome }));
  await testing.ledger.add({ act: "tested", image: report.image, kind: report.kind, verdict: report.verdict, tests });
  return report;
}

/** Makes an instance of the image in the namespace of tests, tests it and takes it away again. */
async function testInstance(work: UnitWork, testing: UnitTesting): Promise<TestReport> {
  const settings = testing.kind === "stand-alone" ? await settingsOf(work, "test") : await prodReadySettings(work);
  const { execution } = work;
  const take = async (one: Plan): Promise<unknown> =>
    takeDown({ ...execution, signal: new AbortController().signal }, { plan: one, lock: testing.lock, volumes: true });
  // What a killed run left would be held to be worth keeping.
  await take(await planOf(work, settings, testing.image));
  const plan = markTestRun(await planOf(work, settings, testing.image));
  if (plan.image.id === null) throw notBuilt(plan);
  try {
    return await testReady(work, testing, { settings, plan });
  } finally {
    atStep("take-test-away");
    await take(plan);
  }
}

/** A label of instances that are there for a test alone. */
export const TEST_RUN = "cooper.test-run";

function markTestRun(plan: Plan): Plan {
  return { ...plan, container: { ...plan.container, labels: { ...plan.container.labels, [TEST_RUN]: "1" } } };
}

interface Planned {
  readonly settings: UnitSettings;
  readonly plan: Plan;
}

async function testReady(work: UnitWork, testing: UnitTesting, { settings, plan }: Planned): Promise<TestReport> {
  const { execution, unit } = work;
  const started = performance.now();
  try {
    const up = await bringUp(execution, { plan, lock: testing.lock, prepare: preparing(work, settings), when: "always" });
    return await runTests(execution.engine, up.id, requestFor(work, testing));
  } catch (error) {
    if (!isCooperError(error) || error.code !== "not-accepted") throw error;
    const seconds = (performance.now() - started) / 1000;
    const failed = { name: "it is ready", outcome: "failed", why: error.message, output: "", seconds } as const;
    const { kind } = testing;
    return {
      unit: unit.name,
      kind,
      container: plan.container.name,
      image: plan.image.id ?? "",
      verdict: "failed",
      tests: [failed],
      log: "",
    };
  }
}

async function testProduction(work: UnitWork, testing: UnitTesting): Promise<TestReport> {
  const plan = await planOf(work, await settingsOf(work, "prod"), null);
  const { engine } = work.execution;
  const container = await runningContainer(work, plan.container.name);
  return runTests(engine, container.id, requestFor(work, testing));
}

async function runningContainer({ execution, unit }: UnitWork, name: string): Promise<ContainerInfo> {
  const found = await inspectContainer(execution.engine, name).catch((error: unknown) => {
    if (isCooperError(error) && error.code === "container-unknown") return null;
    throw error;
  });
  if (found?.state.running === true) return found;
  throw new CooperError("instance-not-running", `${name} does not run, so there is nothing in production to test.`, {
    hint: `\`cooper up ${unit.name}\` starts it; without --in-prod an instance is made for the test.`,
    where: { container: name },
    exit: EXIT.no,
  });
}

function requestFor({ execution, unit, around }: UnitWork, { kind, nodeArguments, deadlineMs }: UnitTesting): TestRequest {
  const { signal, emit } = execution;
  return { unit: unit.name, folder: unit.path, kind, nodeArguments, deadlineMs, env: around.env, signal, emit };
}

function notBuilt({ unit, image }: Plan): CooperError {
  return new CooperError("image-not-built", `There is no image ${image.reference} to test.`, {
    hint: `\`cooper build ${unit}\` makes it.`,
    where: { image: image.reference },
  });
}
