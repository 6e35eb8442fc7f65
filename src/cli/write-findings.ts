import type { ScanFinding } from "../ship/scan/classify/finding.ts";
import { findingLines } from "../ship/scan/output/json-lines.ts";
import type { FoundIn, ReportForm } from "../ship/scan/output/report-form.ts";
import { sarifResults } from "../ship/scan/output/sarif.ts";
import { findingTexts } from "../terminal/scan-view.ts";
import { createStyle } from "../terminal/style.ts";

/** Writes findings in the form of a report. */
export function writeFindings({ format, isColoured }: ReportForm, of: FoundIn, findings: readonly ScanFinding[]): string {
  if (format === "json") return findingLines(of, findings);
  if (format === "sarif") return sarifResults(of, findings);
  return format === "text" ? findingTexts(of, findings, createStyle(isColoured)) : "";
}
