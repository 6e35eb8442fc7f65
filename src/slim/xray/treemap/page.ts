import type { Xray } from "../make-xray.ts";
import { layOut, type Tile } from "./lay-out.ts";

const WIDTH = 1400;
const HEIGHT = 800;
/** Columns that a letter of a tile's name takes. */
const LETTER = 6.2;
const STYLE = `body{font:14px system-ui,sans-serif;margin:1.5rem;color:#222;background:#fff}h1{font-size:1.2rem}svg{width:100%;height:auto}
rect{stroke:#fff}text{font:10px system-ui,sans-serif;pointer-events:none}g:hover>rect{stroke:#000}table{border-collapse:collapse}
td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}td:first-child{white-space:nowrap}pre{background:#f4f4f4;padding:1rem;overflow:auto}`;

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
${images.map((one) => section(one, Math.sqrt(one.branches.bytes / most))).join("\n")}
</html>
`;
}

function section({ report, branches }: Xray, scale: number): string {
  const { image, bytes, visibleBytes, weights, layers, dockerfile } = report;
  const tiles = layOut(branches, { x: 0, y: 0, width: WIDTH * scale, height: HEIGHT * scale });
  const rows = layers.map((one) => [
    megabytes(one.bytes),
    one.wastedBytes === 0 ? "" : `${megabytes(one.wastedBytes)} wasted`,
    one.instruction,
  ]);
  return `<h1>${escapeHtml(image.name)}</h1>
<p>${megabytes(bytes)} in ${layers.length} layers, ${megabytes(visibleBytes)} visible, ${megabytes(weights.wastedBytes)} wasted</p>
<svg viewBox="0 0 ${WIDTH} ${fixed(HEIGHT * scale)}" role="img" aria-label="sizes of the image's paths">
${tiles.map(drawTile).join("\n")}
</svg>
<h2>Layers</h2>
<table>
${rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`).join("\n")}
</table>
<h2>Dockerfile</h2>
<pre>${escapeHtml(dockerfile)}</pre>`;
}

function drawTile({ path, bytes, depth, x, y, width, height }: Tile): string {
  const name = path === "/" ? "/" : path.slice(path.lastIndexOf("/") + 1);
  const room = Math.floor((width - 4) / LETTER);
  const label = height >= 12 && room >= 3 ? `<text x="${fixed(x + 3)}" y="${fixed(y + 10)}">${escapeHtml(cut(name, room))}</text>` : "";
  const shape = `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" fill="${colourOf(path, depth)}"/>`;
  return `<g>${shape}${label}<title>${escapeHtml(path)} ${megabytes(bytes)}</title></g>`;
}

/** Everything below one folder of the root has one colour, lighter the deeper it is. */
function colourOf(path: string, depth: number): string {
  const [, first = "", second = ""] = path.split("/");
  let hue = 7;
  for (const letter of first + second) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return `hsl(${hue} 45% ${Math.min(92, 62 + depth * 6)}%)`;
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
