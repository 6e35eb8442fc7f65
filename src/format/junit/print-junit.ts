/** One test case of a suite. */
export interface JunitCase {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly why: string;
  readonly output: string;
  readonly seconds: number;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** Prints suites as JUnit XML, as Jenkins and GitLab read it; characters that XML has no place for are shown as "\u001b". */
export function printJunit(suites: readonly JunitSuite[]): string {
  return [`<?xml version="1.0" encoding="UTF-8"?>`, "<testsuites>", ...suites.flatMap(printSuite), "</testsuites>", ""].join("\n");
}

function printSuite({ name, cases }: JunitSuite): readonly string[] {
  const count = (outcome: JunitCase["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  const numbers = `tests="${cases.length}" failures="${count("failed")}" errors="0" skipped="${count("skipped")}"`;
  return [
    `  <testsuite name="${escapeXml(name)}" ${numbers} time="${seconds.toFixed(3)}">`,
    ...cases.map((one) => printCase(name, one)),
    "  </testsuite>",
  ];
}

function printCase(suite: string, { name, outcome, why, output, seconds }: JunitCase): string {
  const message = escapeXml(why.split("\n")[0] ?? "");
  const parts = [
    ...(outcome === "failed" ? [`<failure message="${message}">${escapeXml(why)}</failure>`] : []),
    ...(outcome === "skipped" ? [`<skipped message="${message}"/>`] : []),
    ...(output === "" ? [] : [`<system-out>${escapeXml(output)}</system-out>`]),
  ];
  const head = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}" time="${seconds.toFixed(3)}"`;
  return parts.length === 0 ? `${head}/>` : `${head}>${parts.join("")}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
// oxlint-disable-next-line no-control-regex -- XML 1.0 has no way to write them
const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]|\p{Surrogate}/gu;

function escapeXml(text: string): string {
  return text
    .replaceAll(NOT_XML, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll(/[&<>"']/gu, (one) => ENTITIES[one] ?? one)
    .replaceAll("\r", "&#13;");
}
