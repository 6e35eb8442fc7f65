import type { Reporter, TestCase } from "vitest/node";

/** Says plainly which tests passed only when they were tried again. */
export class RetryReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const tries = test.diagnostic()?.retryCount ?? 0;
    if (tries > 0) process.stdout.write(`RETRIED ${tries}x: ${test.module.relativeModuleId} > ${test.fullName}\n`);
  }
}
