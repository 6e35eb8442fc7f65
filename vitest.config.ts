import { defineConfig } from "vitest/config";
import { RetryReporter } from "./test/support/retry-reporter.ts";

/** Where script/check and script/test want the results as JSON. */
const resultFile = process.env["COOPER_RESULT_FILE"];

// oxlint-disable-next-line import/no-default-export -- vitest wants it
export default defineConfig({
  test: {
    reporters: [
      "default",
      new RetryReporter(),
      ...(resultFile === undefined ? [] : [["json", { outputFile: resultFile }] satisfies [string, object]]),
    ],
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/architecture.test.ts", "script/**/*.test.ts"],
          // Loading the modules anew for each file takes twice as long as all the tests; they keep no state of their own.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/network.ts"],
          // A loaded machine: more at once makes each of them slower, none of them sooner.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          retry: 1,
        },
      },
    ],
  },
});
