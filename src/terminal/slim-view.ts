import type { SlimReport } from "../slim/report.ts";
import { escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";

/** The result of a slim run for a person. */
export function renderSlim(report: SlimReport, style: Style): string {
  const share = report.originalBytes === 0 ? 0 : Math.round((report.slimBytes / report.originalBytes) * 100);
  const seconds = Object.entries(report.seconds).map(([phase, time]) => `${phase} ${time.toFixed(1)} s`);
  const lines = [
    `${style.bold(escapeText(report.tag))}  ${megabytes(report.slimBytes)} of ${megabytes(report.originalBytes)} (${share} %), ${Object.keys(report.kept).length} paths, kept at level ${report.level}`,
    `passed the exercise that ${escapeText(report.image)} passes; sensor ${report.mode}${report.lost > 0 ? `, ${report.lost} records lost` : ""}`,
    ...report.repairs.map((path) => `added after a failed test: ${escapeText(path)}`),
    `time: ${seconds.join(", ")}`,
    `next: cooper why ${escapeText(report.tag)} PATH`,
  ];
  return `${lines.join("\n")}\n`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
