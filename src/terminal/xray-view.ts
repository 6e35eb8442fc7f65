import type { XrayReport } from "../slim/xray/report.ts";
import { escapeLines, escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";
import { cutText, renderTable, wrapText } from "./table.ts";

const TOP = 10;
const WIDEST = 100;
type Rows = readonly (readonly string[])[];

/** An xray for a person: a short summary, each list cut to its top ten and its lines to `columns`. */
export function renderXray(report: XrayReport, style: Style, columns: number): string {
  const lists = sections(report).map(([title, rows]) => section(title, rows, { style, columns }));
  const parts = [head(report, style, columns), ...lists, advice(report, { style, columns }), dockerfile(report, style)];
  return `${parts.filter((part) => part !== "").join("\n")}${tail(report, style)}`;
}

function head({ image, bytes, visibleBytes, weights, base, layers, languages }: XrayReport, style: Style, columns: number): string {
  const share = bytes === 0 ? 0 : (weights.wastedBytes / bytes) * 100;
  const own = layers.filter(({ isBase }) => !isBase).reduce((sum, layer) => sum + layer.bytes, 0);
  const guess = base.guess === null ? null : `perhaps ${base.guess}`;
  const system = [base.name ?? guess, base.system].filter((one) => one !== null).join(", ") || "not known";
  const lines = [
    `${style.bold(escapeText(image.name))}  ${megabytes(bytes)} in ${counted(layers.length, "layer")}, ${megabytes(visibleBytes)} visible, ${image.os}/${image.architecture}`,
    `base: ${escapeText(system)} (${base.because}${base.layers === 0 ? "" : `; ${counted(base.layers, "layer")}, ${megabytes(bytes - own)}`})`,
    `wasted: ${megabytes(weights.wastedBytes)} (${share.toFixed(1)} %) that a later layer hides; ${megabytes(weights.duplicateBytes)} in duplicates`,
    `runs: ${escapeText([...(image.entrypoint ?? []), ...(image.cmd ?? [])].join(" ") || "nothing by itself")}, as ${escapeText(image.user || "root")}`,
    ...(languages.length === 0 ? [] : [`made with: ${languages.map(({ name }) => escapeText(name)).join(", ")}`]),
  ];
  return lines.map((line) => `${wrapText(line, columns)}\n`).join("");
}

function sections(report: XrayReport): readonly (readonly [string, Rows])[] {
  const { weights, dangers, layers, managers, tools } = report;
  return [
    [
      "layers",
      layers.map((one) => [
        `${one.number + 1}`,
        megabytes(one.bytes),
        wastedCell(one.wastedBytes),
        one.isBase ? "base" : "",
        cell(one.instruction),
      ]),
    ],
    ["biggest folders", weights.folders.map(({ path, bytes }) => [megabytes(bytes), cell(path)])],
    ["biggest files", weights.files.map(({ path, bytes }) => [megabytes(bytes), cell(path)])],
    ["wasted", weights.wasted.map((one) => [megabytes(one.bytes), cell(one.path), `layer ${one.layer + 1}, ${one.kind} by ${one.by + 1}`])],
    ["duplicates", weights.duplicates.map(({ bytes, paths }) => [megabytes(bytes), `${paths.length} times`, cell(paths[0] ?? "")])],
    ["packages", managers.map(({ manager, count, bytes }) => [manager, `${count}`, bytes === 0 ? "" : megabytes(bytes)])],
    [
      "secrets",
      dangers.secrets.map((one) => [
        cell(one.path),
        one.kind,
        `layer ${one.layers.map((at) => at + 1).join(", ")}${one.isVisible ? "" : ", deleted later but still there"}`,
      ]),
    ],
    ["set-uid and set-gid", [...dangers.setuid, ...dangers.setgid].map(({ path, mode, owner }) => [mode, owner, cell(path)])],
    ["file capabilities", dangers.capabilities.map(({ path, mode, owner }) => [mode, owner, cell(path)])],
    ["writable by everybody", dangers.worldWritable.map(({ path, mode, owner }) => [mode, owner, cell(path)])],
    ["shells and tools", toolRows(tools)],
  ];
}

function toolRows(tools: XrayReport["tools"]): Rows {
  const byUse = new Map<string, string[]>();
  for (const { path, use } of tools) {
    const names = byUse.get(use) ?? [];
    byUse.set(use, [...names, path.slice(path.lastIndexOf("/") + 1)]);
  }
  return [...byUse].map(([use, names]) => [use, cell([...new Set(names)].join(" "))]);
}

function section(title: string, rows: Rows, { style, columns }: { readonly style: Style; readonly columns: number }): string {
  if (rows.length === 0) return "";
  const more =
    rows.length > TOP && title !== "layers" ? style.dim(`  … ${rows.length - TOP}${rows.length === 100 ? " and" : ""} more\n`) : "";
  const shown = title === "layers" ? rows : rows.slice(0, TOP);
  const table = renderTable(shown.map((row) => ["", ...row])).replaceAll(/^.+$/gm, (line) => cutText(line, columns));
  return `${style.bold(title)}\n${table}${more}`;
}

function advice({ lint }: XrayReport, { style, columns }: { readonly style: Style; readonly columns: number }): string {
  if (lint.length === 0) return "";
  const lines = lint.map((one) => `  ${one.level}  ${one.rule}: ${cell(one.where === "" ? one.advice : `${one.advice}: ${one.where}`)}`);
  return `${style.bold("advice on the Dockerfile")}\n${lines.map((line) => `${wrapText(line, columns, "    ")}\n`).join("")}`;
}

function dockerfile({ dockerfile: text }: XrayReport, style: Style): string {
  const lines = escapeLines(text).trimEnd().split("\n");
  return `${style.bold("Dockerfile")}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function tail({ findings }: XrayReport, style: Style): string {
  return findings.map(({ code, message }) => `${style.yellow(code)}: ${escapeText(message)}\n`).join("");
}

function cell(text: string): string {
  return cutText(escapeText(text.replaceAll(/\s+/g, " ")), WIDEST);
}

function wastedCell(bytes: number): string {
  return bytes === 0 ? "" : `${megabytes(bytes)} wasted`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function megabytes(bytes: number): string {
  if (bytes === 0) return "0 B";
  if (bytes < 1000) return `${bytes} B`;
  return bytes >= 100_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}
