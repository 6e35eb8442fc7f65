import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import type { Emit } from "../../base/events.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import { containerLogs } from "../../engine/stream/logs.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { readAcceptance } from "../../format/acceptance/acceptance-text.ts";
import { askAcceptance } from "../../probe/run-acceptance.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import type { TestKind } from "../release/test-kinds.ts";
import { findTests, type UnitTest } from "./find-tests.ts";
import { instanceEnvironment } from "./instance-environment.ts";
import { type TestReport, type TestResult, verdictOf } from "./result.ts";
import { type ProgramRun, runProgram } from "./run-program.ts";

/** Which tests to run, and with what. */
export interface TestRequest extends Pick<ProgramRun, "folder" | "nodeArguments" | "deadlineMs" | "signal" | "env"> {
  readonly unit: string;
  readonly kind: TestKind;
  readonly emit: Emit;
}

const LOG_LINES = 20;

/** Runs all tests of a unit that are of this kind against a running instance, one after the other. */
export async function runTests(engine: Engine, id: string, request: TestRequest): Promise<TestReport> {
  const { unit, kind, folder, emit } = request;
  const container = await inspectContainer(engine, id);
  const env = { ...request.env, ...instanceEnvironment(engine, container, { unit, kind }) };
  const tests: TestResult[] = [];
  for (const test of await findTests(folder, kind)) {
    request.signal.throwIfAborted();
    emit({ kind: "progress", text: `test ${test.name}` });
    tests.push(...(await runTest(test, { ...request, env, engine, container })));
  }
  const verdict = verdictOf(tests);
  const log = verdict === "failed" ? (await containerLogs(engine, id, { tail: LOG_LINES })).toString("utf8") : "";
  return { unit, kind, container: container.name, image: container.imageId, verdict, tests, log };
}

interface OneRun extends TestRequest {
  readonly engine: Engine;
  readonly container: ContainerInfo;
}

function runTest(test: UnitTest, run: OneRun): Promise<readonly TestResult[]> {
  return test.how === "acceptance" ? askQuestions(test, run) : runProgram(test, run);
}

async function askQuestions({ name }: UnitTest, { engine, container, folder, signal }: OneRun): Promise<readonly TestResult[]> {
  const file = join(folder, name);
  const text = await readTextIfThere(file);
  if (text === null) throw new CooperError("acceptance-invalid", `There is no file ${file}.`, { where: { file } });
  const startedAt = performance.now();
  const answers = await askAcceptance({ engine, container, signal, startedAt }, readAcceptance(text, file));
  const seconds = (performance.now() - startedAt) / 1000;
  return answers.map(({ question, passed, got }, index) => ({
    name: `${name}: ${question}`,
    outcome: passed ? "passed" : "failed",
    why: got,
    output: "",
    seconds: index === 0 ? seconds : 0,
  }));
}
