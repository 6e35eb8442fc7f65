import type { SlimReport } from "../slim/report.ts";
import type { ImageStudy } from "../slim/request.ts";
import { escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";

/** The result of a slim run for a person. */
export function renderSlim(report: SlimReport, style: Style): string {
  const share = report.originalBytes === 0 ? 0 : Math.round((report.slimBytes / report.originalBytes) * 100);
  const seconds = Object.entries(report.seconds).map(([phase, time]) => `${phase} ${time.toFixed(1)} s`);
  const lines = [
    `${style.bold(escapeText(report.tag))}  ${megabytes(report.slimBytes)} of ${megabytes(report.originalBytes)} (${share} %), ${Object.keys(report.kept).length} paths, kept at level ${report.level}`,
    ...(report.tags.length > 1 ? [`tags: ${report.tags.map(escapeText).join(", ")}`] : []),
    `passed the exercise that ${escapeText(report.image)} passes; sensor ${report.mode}${report.lost > 0 ? `, ${report.lost} records lost` : ""}`,
    ...(report.ioUring > 0 ? ["its programs asked for io_uring, which is off while they are traced"] : []),
    ...report.repairs.map((path) => `added after a failed test: ${escapeText(path)}`),
    `levels: ${pricesText(report.prices)}`,
    ...(report.seccomp === null ? [] : [`passes with this seccomp profile: ${escapeText(report.seccomp)}`]),
    ...(report.readOnly === null ? [] : [`passes with a read-only root: docker run ${report.readOnly.map(escapeText).join(" ")}`]),
    `time: ${seconds.join(", ")}`,
    ...artifactsText(report.artifacts),
    `next: cooper why ${escapeText(report.tag)} PATH`,
  ];
  return `${lines.join("\n")}\n`;
}

/** What was found out of an image of which none was made. */
export function renderStudy(image: string, study: ImageStudy, artifacts: string | null): string {
  const lines = [
    `${escapeText(image)}  ${megabytes(study.originalBytes)}, ${study.kept.size} paths would stay; nothing was made`,
    `levels: ${pricesText(study.prices)}`,
    ...artifactsText(artifacts),
  ];
  return `${lines.join("\n")}\n`;
}

function pricesText(prices: ImageStudy["prices"] | SlimReport["prices"]): string {
  return prices.map(({ level, bytes, paths }) => `${level} ${megabytes(bytes)} (${paths} paths)`).join(", ");
}

function artifactsText(folder: string | null): readonly string[] {
  return folder === null ? [] : [`artifacts: ${escapeText(folder)}`];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
