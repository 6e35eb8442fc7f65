import type { Dangers } from "../dangers.ts";
import type { Xray } from "../make-xray.ts";
import type { XrayReport } from "../report.ts";
import { layOut, type Tile } from "./lay-out.ts";

const WIDTH = 1400;
const HEIGHT = 800;
const TOP = 30;
/** Tiles that are deeper have the same colour. */
const DEEPEST = 6;
/** Columns that a letter of a tile's name takes. */
const LETTER = 6.2;
const STYLE = `:root{color-scheme:light dark;--text:#222;--back:#fff;--quiet:#f4f4f4;--line:#fff;--near:62%;--step:5%;--strong:45%}
@media (prefers-color-scheme:dark){:root{--text:#ddd;--back:#161616;--quiet:#242424;--line:#161616;--near:42%;--step:-3.5%;--strong:35%}}
body{font:14px system-ui,sans-serif;margin:1.5rem;color:var(--text);background:var(--back)}h1{font-size:1.2rem}h2{font-size:1rem}svg{width:100%;height:auto}
rect{stroke:var(--line);fill:hsl(var(--hue) var(--strong) calc(var(--near) + var(--depth) * var(--step)))}
text{font:10px system-ui,sans-serif;pointer-events:none;fill:var(--text)}g:hover>rect{stroke:var(--text)}table{border-collapse:collapse}
td{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;overflow-wrap:anywhere}td:not(:last-child){white-space:nowrap}
pre{background:var(--quiet);padding:1rem;overflow:auto}`;

/** A page of its own with a treemap of each image (areas of all in one scale), its layers and its Dockerfile: no script, nothing from elsewhere. */
export function toPage(images: readonly Xray[]): string {
  const most = Math.max(1, ...images.map(({ branches }) => branches.bytes));
  const title = images.map(({ report }) => escapeHtml(report.image.name)).join(", ");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
${images.map((one) => drawMap(one, Math.sqrt(one.branches.bytes / most))).join("\n")}
${images.map(({ report }) => drawDetails(report, images.length > 1)).join("\n")}
</html>
`;
}

function drawMap({ report, branches }: Xray, scale: number): string {
  const { image, bytes, visibleBytes, weights, layers } = report;
  const tiles = layOut(branches, { x: 0, y: 0, width: WIDTH * scale, height: HEIGHT * scale });
  return `<h1>${escapeHtml(image.name)}</h1>
<p>${megabytes(bytes)} in ${layers.length} layer${layers.length === 1 ? "" : "s"}, ${megabytes(visibleBytes)} visible, ${megabytes(weights.wastedBytes)} wasted</p>
<svg viewBox="0 0 ${WIDTH} ${fixed(HEIGHT * scale)}" role="img" aria-label="sizes of the image's paths">
${tiles.map(drawTile).join("\n")}
</svg>`;
}

function drawDetails(report: XrayReport, isOneOfSeveral: boolean): string {
  return `${isOneOfSeveral ? `<h1>${escapeHtml(report.image.name)}</h1>` : ""}
${tablesOf(report).map(drawTable).join("\n")}
<h2>Dockerfile</h2>
<pre>${escapeHtml(report.dockerfile)}</pre>`;
}

type Rows = readonly (readonly string[])[];

function tablesOf({ layers, weights, managers, dangers, lint }: XrayReport): readonly (readonly [string, Rows])[] {
  const { secrets, setuid, setgid, capabilities, worldWritable } = dangers;
  const risks = (what: string, paths: Dangers["setuid"]): Rows => paths.map(({ path, mode, owner }) => [what, `${mode} ${owner}`, path]);
  return [
    ["Layers", layers.map((one) => [megabytes(one.bytes), wasteOf(one), one.isBase ? "base" : "", one.instruction])],
    ["Wasted", weights.wasted.slice(0, TOP).map((one) => [megabytes(one.bytes), one.kind, one.path])],
    ["Packages", managers.map(({ manager, count, bytes }) => [manager, String(count), bytes === 0 ? "" : megabytes(bytes)])],
    ["Secrets", secrets.map(({ kind, isVisible, path }) => [kind, isVisible ? "" : "deleted later but still there", path])],
    [
      "Rights",
      [
        ...risks("set-uid", setuid),
        ...risks("set-gid", setgid),
        ...risks("capabilities", capabilities),
        ...risks("writable by all", worldWritable),
      ],
    ],
    ["Advice", lint.map(({ level, rule, advice, where }) => [level, rule, where === "" ? advice : `${advice}: ${where}`])],
  ];
}

function wasteOf({ wastedBytes }: XrayReport["layers"][number]): string {
  return wastedBytes === 0 ? "" : `${megabytes(wastedBytes)} wasted`;
}

function drawTable([title, rows]: readonly [string, Rows]): string {
  if (rows.length === 0) return "";
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`);
  return `<h2>${title}</h2>\n<table>\n${lines.join("\n")}\n</table>`;
}

function drawTile({ path, bytes, depth, x, y, width, height }: Tile): string {
  const name = path === "/" ? "/" : path.slice(path.lastIndexOf("/") + 1);
  const room = Math.floor((width - 4) / LETTER);
  const label = height >= 12 && room >= 3 ? `<text x="${fixed(x + 3)}" y="${fixed(y + 10)}">${escapeHtml(cut(name, room))}</text>` : "";
  const shape = `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" style="--hue:${hueOf(path)};--depth:${Math.min(depth, DEEPEST)}"/>`;
  return `<g>${shape}${label}<title>${escapeHtml(path)} ${megabytes(bytes)}</title></g>`;
}

/** Everything below one folder of the root has one colour; how deep it is makes it lighter or darker. */
function hueOf(path: string): number {
  const [, first = "", second = ""] = path.split("/");
  let hue = 7;
  for (const letter of first + second) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return hue;
}

function cut(name: string, room: number): string {
  return name.length <= room ? name : `${name.slice(0, room - 1)}…`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function megabytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes >= 100_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text from an image as text of a page: no markup, and no characters that reorder or hide what stands there. */
function escapeHtml(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? one)
    .replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}
