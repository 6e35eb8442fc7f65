import type { TestKind } from "../release/test-kinds.ts";

/** What became of one test. */
export interface TestResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped; "" otherwise. */
  readonly why: string;
  /** What it wrote. */
  readonly output: string;
  readonly seconds: number;
}

/** What became of the tests of a unit. */
export interface TestReport {
  readonly unit: string;
  readonly kind: TestKind;
  /** The instance they were run against. */
  readonly container: string;
  /** "sha256:…" of its image. */
  readonly image: string;
  readonly verdict: TestVerdict;
  readonly tests: readonly TestResult[];
  /** What the instance wrote last; "" where all is well. */
  readonly log: string;
}

/** "no-tests": nothing was tested, which is no pass. */
export type TestVerdict = "passed" | "failed" | "no-tests";

/** One failure is one too many; and what nobody looked at did not pass. */
export function verdictOf(tests: readonly Pick<TestResult, "outcome">[]): TestVerdict {
  if (tests.some(({ outcome }) => outcome === "failed")) return "failed";
  return tests.some(({ outcome }) => outcome === "passed") ? "passed" : "no-tests";
}
