import type { Entry } from "../format/tree/entry.ts";
import { modeText } from "../format/tree/mode-text.ts";
import type { ExplainedDifference } from "../record/explain-difference.ts";
import type { VerifyReport } from "../record/pipeline.ts";
import { escapeText } from "./escape-text.ts";
import { renderFinding } from "./progress.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

export interface ReportView {
  readonly style: Style;
  /** List the paths that do not count. */
  readonly ignored: boolean;
}

const MOST_SHOWN = 50;
const HASH_DIGITS = 12;

function renderField(entry: Entry | null, field: string): string {
  if (entry === null) return "nothing";
  switch (field) {
    case "mode":
      return modeText(entry.mode);
    case "hash":
    case "content":
      return entry.hash === undefined ? `${entry.size ?? 0} bytes` : `${entry.size ?? 0} bytes ${entry.hash.slice(0, HASH_DIGITS)}`;
    case "uid":
      return String(entry.uid);
    case "gid":
      return String(entry.gid);
    case "link":
      return escapeText(entry.link ?? "none");
    case "hardLink":
      return escapeText(entry.hardLink ?? "none");
    case "device":
      return entry.device === undefined ? "none" : entry.device.join(":");
    case "xattrs":
      return escapeText(JSON.stringify(entry.xattrs ?? {}));
    default:
      return entry.type;
  }
}

function renderWhat(difference: ExplainedDifference): string {
  const { kind, wanted, got, fields } = difference;
  if (kind === "missing") return `the build does not make this ${wanted?.type ?? "path"}`;
  if (kind === "extra") return `only the build has this ${got?.type ?? "path"}`;
  return fields.map((field) => `${field} ${renderField(wanted, field)}, built ${renderField(got, field)}`).join("; ");
}

const SIGNS = { missing: "-", extra: "+", different: "~" } as const;

/** The Differences with the Steps behind each and what to do next. */
export function renderDifferences(differences: readonly ExplainedDifference[], style: Style): string {
  const lines = differences.slice(0, MOST_SHOWN).map((difference) => {
    const steps = difference.steps.length > 0 ? ` ${style.dim(`[${difference.steps.slice(-5).join(" ")}]`)}` : "";
    const head = `  ${style.red(SIGNS[difference.kind])} ${style.bold(escapeText(difference.path))}  ${renderWhat(difference)}${steps}`;
    return `${head}\n      ${style.dim(`→ ${escapeText(difference.advice)}`)}\n`;
  });
  const rest = differences.length - MOST_SHOWN;
  return lines.join("") + (rest > 0 ? `  … and ${rest} more (--json lists all)\n` : "");
}

function renderIgnored(report: VerifyReport, view: ReportView): string {
  const { ignored, ignoredPaths } = report.verdict;
  const total = Object.values(ignored).reduce((sum, count) => sum + count, 0);
  const head = `  ${total} paths differ where that does not count${view.ignored || total === 0 ? "" : " (--ignored lists them)"}\n`;
  if (!view.ignored) return head;
  const table = renderTable(Object.entries(ignored).map(([pattern, count]) => ["   ", String(count), escapeText(pattern)]));
  return head + table + ignoredPaths.map((path) => `      ${escapeText(path)}\n`).join("");
}

function renderAcceptance(report: VerifyReport, style: Style): string {
  return report.acceptance.answers
    .map((answer) => {
      const sign = answer.passed ? style.green("✓") : style.red("✗");
      return `  ${sign} ${escapeText(answer.question)}${answer.passed ? "" : `: ${escapeText(answer.got)}`}\n`;
    })
    .join("");
}

/** What `verify` found, as text: the verdict, each difference, what the tried-out image answered. */
export function renderReport(report: VerifyReport, view: ReportView): string {
  const { style } = view;
  const { verdict, differences, container } = report;
  const name = escapeText(container.name);
  const secret =
    verdict.secret.length > 0
      ? `  ${verdict.secret.length} paths hold a secret and were not compared: ${verdict.secret.map(escapeText).join(", ")}\n`
      : "";
  const head = verdict.equivalent
    ? `${style.green("equivalent")}: ${verdict.compared} paths of ${name} and of the built image are equal\n`
    : `${style.red("not equivalent")}: ${differences.length} of ${verdict.compared} paths differ between ${name} and the built image\n`;
  const acceptance = report.acceptance.answers.length === 0 ? "" : `${style.bold("tried out")}\n${renderAcceptance(report, style)}`;
  const kept = report.isKept ? `image ${report.imageId}\n` : "";
  const findings = report.findings.map((finding) => renderFinding(finding, style)).join("");
  return head + renderDifferences(differences, style) + renderIgnored(report, view) + secret + acceptance + findings + kept;
}
