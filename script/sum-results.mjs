// Names what failed and adds up the runners' own results: node script/sum-results.mjs FILE... A result that is not there counts as a failure.
import { readFileSync } from "node:fs";

const SHOWN_LINES = 6;

/** A file of tests that could not even start has no failed test of its own, but is one. */
function failuresOf(result) {
  const broken = (result.testResults ?? []).filter((suite) => suite.status === "failed" && suite.assertionResults.length === 0).length;
  return (result.numFailedTests ?? 0) + broken;
}

/** Each failed test with its first message; a log that is cut in its middle still tells them. */
function linesOf(result) {
  const tests = (result.testResults ?? []).flatMap((suite) => {
    const failed = suite.assertionResults.filter(({ status }) => status === "failed");
    if (suite.status === "failed" && suite.assertionResults.length === 0) return [`FAILED  ${suite.name}: ${suite.message ?? ""}`];
    return failed.map((one) => `FAILED  ${suite.name} > ${one.fullName}: ${(one.failureMessages ?? []).join("\n")}`);
  });
  return tests.map((text) => text.split("\n").slice(0, SHOWN_LINES).join("\n        "));
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1 };
  }
}

const results = process.argv.slice(2).map(read);
for (const line of results.flatMap(linesOf)) console.log(line);
const passed = results.reduce((sum, result) => sum + (result.numPassedTests ?? 0), 0);
const failed = results.reduce((sum, result) => sum + failuresOf(result), 0);
console.log(`${passed} passed, ${failed} failed`);
