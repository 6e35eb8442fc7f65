import type { SlimReport } from "../slim/report.ts";
import type { ImageStudy } from "../slim/request.ts";
import { escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";
import { renderTable, wrapText } from "./table.ts";

/** The result of a slim run for a person; what nobody copies is broken at `columns`. */
export function renderSlim(report: SlimReport, style: Style, columns: number): string {
  const share = report.originalBytes === 0 ? 0 : Math.round((report.slimBytes / report.originalBytes) * 100);
  const seconds = Object.entries(report.seconds).map(([phase, time]) => `${phase} ${time.toFixed(1)} s`);
  const lines = [
    wrapText(
      `${style.bold(escapeText(report.tag))}  ${megabytes(report.slimBytes)} of ${megabytes(report.originalBytes)} (${share} %), ${Object.keys(report.kept).length} paths, kept at level ${report.level}`,
      columns,
    ),
    ...(report.tags.length > 1 ? [`tags: ${report.tags.map(escapeText).join(", ")}`] : []),
    `passed the exercise that ${escapeText(report.image)} passes; sensor ${report.mode}${report.lost > 0 ? `, ${report.lost} records lost` : ""}`,
    ...(report.ioUring > 0 ? ["its programs asked for io_uring, which is off while they are traced"] : []),
    ...repairsText(report.repairs),
    pricesText(report.prices, report.level),
    ...(report.seccomp === null ? [] : [`passes with this seccomp profile: ${escapeText(report.seccomp)}`]),
    ...(report.readOnly === null ? [] : [`passes with a read-only root: docker run ${report.readOnly.map(escapeText).join(" ")}`]),
    wrapText(`time: ${seconds.join(", ")}`, columns),
    ...artifactsText(report.artifacts),
    `next: cooper why ${escapeText(report.tag)} PATH`,
  ];
  return `${lines.join("\n")}\n`;
}

/** What was found out of an image of which none was made. */
export function renderStudy(image: string, study: ImageStudy, artifacts: string | null): string {
  const lines = [
    `${escapeText(image)}  ${megabytes(study.originalBytes)}, ${study.kept.size} paths would stay; nothing was made`,
    pricesText(study.prices, ""),
    ...artifactsText(artifacts),
  ];
  return `${lines.join("\n")}\n`;
}

/** What each level would keep, without the end of the last line. */
function pricesText(prices: ImageStudy["prices"] | SlimReport["prices"], chosen: string): string {
  const rows = prices.map(({ level, bytes, paths }) => [
    `  --keep ${level}`,
    megabytes(bytes),
    `${paths} paths${level === chosen ? ", this one" : ""}`,
  ]);
  return `what each level keeps:\n${renderTable(rows)}`.trimEnd();
}

const SHOWN = 20;

function repairsText(repairs: readonly string[]): readonly string[] {
  const lines = repairs.slice(0, SHOWN).map((path) => `added after a failed test: ${escapeText(path)}`);
  return repairs.length <= SHOWN ? lines : [...lines, `  and ${repairs.length - SHOWN} more (all of them: --json)`];
}

function artifactsText(folder: string | null): readonly string[] {
  return folder === null ? [] : [`artifacts: ${escapeText(folder)}`];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
