import { EXIT } from "../../../base/exit-code.ts";
import type { TestKind } from "../../../ship/release/test-kinds.ts";
import { withLedger } from "../../../ship/release/pipeline.ts";
import { needImage } from "../../../ship/release/settle-tags.ts";
import type { TestReport } from "../../../ship/unit-test/result.ts";
import { testUnit } from "../../../ship/unit-test/test-unit.ts";
import { renderTests, reportsAsJunit, reportsAsTap, summaryOf } from "../../../terminal/test-view.ts";
import type { VerbContext } from "../../context.ts";
import { releaseWork } from "../../units/release-work.ts";
import { runUnits, type UnitsOptions } from "../../units/run-units.ts";
import { testLibraryArguments } from "../../entry/test-library.ts";

interface TestOptions extends UnitsOptions {
  readonly prodReady?: boolean;
  readonly inProd?: boolean;
  readonly run?: boolean;
  readonly image?: string;
  readonly timeout: number;
  readonly format: "text" | "tap" | "junit" | "json";
}

/** `cooper test`: 0 when something was tested and all of it passed, else 1. */
export async function testUnits(context: VerbContext, words: readonly string[], options: TestOptions): Promise<number> {
  const { format, timeout: deadlineMs } = options;
  const nodeArguments = await testLibraryArguments();
  const kind = kindOf(options, context.env);
  const reports: TestReport[] = [];
  // These are one document of all units.
  const isWhole = format === "tap" || format === "junit";
  const own = isWhole ? { ...context, print: async (): Promise<void> => {} } : context;
  const one = { words, options: { ...options, mode: "prod" as const, json: options.json === true || format === "json" } };
  const exit = await runUnits(own, one, {
    name: "test",
    schema: "cooper.test/1",
    act: async (work) => {
      const image = options.image === undefined ? null : await needImage(work.engine, options.image);
      const report = await withLedger(await releaseWork(work, options), { purpose: "test" }, ({ work: unit, ledger, lock }) =>
        testUnit(unit, { kind, image, ledger, lock, nodeArguments, deadlineMs }),
      );
      reports.push(report);
      return report;
    },
    text: summaryOf,
    page: (report) => renderTests(report, context.style),
    json: (report) => report,
    exit: ({ verdict }) => (verdict === "passed" ? EXIT.done : EXIT.no),
  });
  const sorted = reports.toSorted((left, right) => (left.unit < right.unit ? -1 : 1));
  if (isWhole) await context.print(format === "tap" ? reportsAsTap(sorted) : reportsAsJunit(sorted));
  return exit;
}

/** A variable of docker-infrastructure chose the test for production too, and its -r a new instance. */
function kindOf({ prodReady, inProd, run }: TestOptions, env: VerbContext["env"]): TestKind {
  if (prodReady === true) return "prod-ready";
  if (inProd === true) return "in-prod";
  const isProd = !["", "0"].includes(env["KTOOLS_DRUN_TEST_PROD"] ?? "");
  if (!isProd) return "stand-alone";
  return run === true ? "prod-ready" : "in-prod";
}
