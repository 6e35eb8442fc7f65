// Adds up the runners' own results: node script/sum-results.mjs FILE... A result that is not there counts as a failure.
import { readFileSync } from "node:fs";

/** A file of tests that could not even start has no failed test of its own, but is one. */
function failuresOf(result) {
  const broken = (result.testResults ?? []).filter((suite) => suite.status === "failed" && suite.assertionResults.length === 0).length;
  return (result.numFailedTests ?? 0) + broken;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1 };
  }
}

const results = process.argv.slice(2).map(read);
const passed = results.reduce((sum, result) => sum + (result.numPassedTests ?? 0), 0);
const failed = results.reduce((sum, result) => sum + failuresOf(result), 0);
console.log(`${passed} passed, ${failed} failed`);
