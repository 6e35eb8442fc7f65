import type { ScanFinding, Severity } from "../ship/scan/classify/finding.ts";
import type { ContainerScan, RulePlace, ScanSummary } from "../ship/scan/findings/container-scan.ts";
import { pathText, safeText } from "../ship/scan/output/path-text.ts";
import type { ScanPrinter } from "../ship/scan/output/printer.ts";
import { type FoundIn, fullName } from "../ship/scan/output/report-form.ts";
import type { Style } from "./style.ts";

/** A scan for a person: one line a finding, then what was not looked at; the last line is "all ok" or says why it is not. */
export function textPrinter(style: Style): ScanPrinter {
  return {
    begin: () => "",
    findings: (written) => written,
    container: (scan) => [...scan.written, ...notes(scan, style)],
    engine: (name, summary) => `${style.dim("engine".padEnd(WIDTH))}  ${safeText(name).padEnd(NAME_WIDTH)}  ${lastLine(summary)}`,
    end: (summary) => [...ruleNotes(summary, style), lastLine(summary)].join(""),
  };
}

const WIDTH = 8;
const NAME_WIDTH = 16;

/** One line a finding. */
export function findingTexts(of: FoundIn, findings: readonly ScanFinding[], style: Style): string {
  return findings.map((finding) => findingLine(of, finding, style)).join("");
}

function findingLine(of: FoundIn, { severity, path, rule, detail, process }: ScanFinding, style: Style): string {
  const who = process === null ? "" : `; process ${process.pid}: ${safeText(process.argv.join(" ")).slice(0, 120)}`;
  return `${paint(severity, style)}  ${safeText(fullName(of))}  ${pathText(path)}  ${rule}: ${safeText(detail)}${who}\n`;
}

function paint(severity: Severity, style: Style): string {
  const text = severity.padEnd(WIDTH);
  if (severity === "low") return style.dim(text);
  return severity === "medium" ? style.yellow(text) : style.red(text);
}

function notes(scan: ContainerScan, style: Style): readonly string[] {
  const { unscanned, weak, incomplete, status } = scan;
  const note = (word: string, text: string): string =>
    `${style.yellow(word.padEnd(WIDTH))}  ${safeText(fullName(scan))}  ${safeText(text)}\n`;
  return [
    ...incomplete.map((why) => note(status === "gone" ? "gone" : "unseen", why)),
    ...weak.map((why) => note("weaker", why)),
    ...unscanned.map(({ path, type }) => note("unseen", `the ${type} at ${pathText(path)} was not looked at`)),
  ];
}

function ruleNotes({ unusedRules, expiredRules }: ScanSummary, style: Style): readonly string[] {
  const note = ({ path, file }: RulePlace, why: string): string =>
    `${style.yellow("rule".padEnd(WIDTH))}  ${pathText(path)} ${why} (${pathText(file)})\n`;
  return [
    ...unusedRules.map((rule) => note(rule, "allowed nothing")),
    ...expiredRules.map((rule) => note(rule, "has expired and does not hold any more")),
  ];
}

function lastLine({ containers, findings, bySeverity, allowed, unscanned, weak, incomplete, gone, isAllOk }: ScanSummary): string {
  if (isAllOk) return "all ok\n";
  const counts = Object.entries(bySeverity).flatMap(([severity, count]) => (count > 0 ? [`${count} ${severity}`] : []));
  const parts = [
    findings === 0 ? "nothing found" : `${counted(findings, "finding")} (${counts.join(", ")})`,
    ...(allowed === 0 ? [] : [`${allowed} allowed`]),
    ...(incomplete === 0
      ? []
      : [`${counted(incomplete, "container")} not looked at to the end${gone > 0 ? `, ${gone} of them gone` : ""}`]),
    ...(weak === 0 ? [] : [`${counted(weak, "container")} with weaker evidence`]),
    ...(unscanned === 0 ? [] : [`${counted(unscanned, "mount")} not looked at`]),
  ];
  return `${counted(containers, "container")}: ${parts.join("; ")}\n`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
