import { printJunit } from "../format/junit/print-junit.ts";
import { printTap } from "../format/tap/tap.ts";
import type { TestReport, TestResult } from "../ship/unit-test/result.ts";
import { escapeLines, escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";

const KINDS = {
  "stand-alone": "a new instance",
  "prod-ready": "a new instance with production's settings",
  "in-prod": "production",
} as const;
const TAIL_LINES = 20;

/** What came of the tests of a unit, for a person. */
export function renderTests(report: TestReport, style: Style): string {
  const { unit, kind, container, tests, log } = report;
  const lines = [
    `${style.bold(escapeText(unit))}  ${KINDS[kind]} (${escapeText(container)})`,
    ...tests.map((one) => renderTest(one, style)),
    ...(log.trim() === "" ? [] : [`  ${escapeText(container)} wrote last:`, style.dim(indent(tailOf(log)))]),
    verdictLine(report, style),
  ];
  return `${lines.join("\n")}\n`;
}

function renderTest({ name, outcome, why, output, seconds }: TestResult, style: Style): string {
  const mark = { passed: style.green("ok"), failed: style.red("no"), skipped: style.yellow("--") }[outcome];
  const time = seconds >= 0.1 ? style.dim(` ${seconds.toFixed(1)} s`) : "";
  const head = `  ${mark} ${escapeText(name)}${time}`;
  if (outcome === "passed") return head;
  const told = outcome === "failed" && output !== "" ? [style.dim(indent(tailOf(output)))] : [];
  return [`${head}${why === "" ? "" : `: ${escapeLines(why).replaceAll("\n", "\n       ")}`}`, ...told].join("\n");
}

function indent(text: string): string {
  return escapeLines(text).replace(/^/gmu, "       ");
}

function tailOf(output: string): string {
  return output.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
}

function verdictLine(report: TestReport, style: Style): string {
  const text = summaryOf(report);
  return report.verdict === "passed" ? style.green(text) : report.verdict === "failed" ? style.red(text) : style.yellow(text);
}

/** "3 passed", "1 of 3 failed", "no tests: …" */
export function summaryOf({ verdict, tests, kind }: TestReport): string {
  const count = (outcome: TestResult["outcome"]): number => tests.filter((one) => one.outcome === outcome).length;
  const skipped = count("skipped") === 0 ? "" : `, ${count("skipped")} skipped`;
  if (verdict === "passed") return `${count("passed")} passed${skipped}`;
  if (verdict === "failed") return `${count("failed")} of ${tests.length} failed${skipped}`;
  if (tests.length > 0) return `all ${tests.length} tests were skipped, which is no pass`;
  const place = kind === "in-prod" ? "tests/prod/, Test-prod or acceptance.yaml" : "tests/, Test or acceptance.yaml";
  return `no tests, which is no pass: write some into ${place}`;
}

/** The tests of several units by the Test Anything Protocol; where nothing was tested a point says so, and fails. */
export function reportsAsTap(reports: readonly TestReport[]): string {
  return printTap(reports.flatMap((report) => casesOf(report).map((one) => ({ ...one, name: `${report.unit}: ${one.name}` }))));
}

/** The same as JUnit XML, a suite for each unit. */
export function reportsAsJunit(reports: readonly TestReport[]): string {
  return printJunit(reports.map((report) => ({ name: `${report.unit} ${report.kind}`, cases: casesOf(report) })));
}

function casesOf(report: TestReport): readonly TestResult[] {
  if (report.verdict !== "no-tests") return report.tests;
  return [...report.tests, { name: "there are tests", outcome: "failed", why: summaryOf(report), output: "", seconds: 0 }];
}
