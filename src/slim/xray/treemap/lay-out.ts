import type { Branch } from "./branch.ts";

/** A rectangle of a treemap, in units of the whole picture. */
export interface Tile {
  readonly path: string;
  readonly bytes: number;
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Room for a folder's name above what is in it. */
const TITLE = 13;
const EDGE = 1;
/** Smaller tiles get nothing drawn into them. */
const LEAST = 6;

/** Lays branches out as tiles, folders before what is in them; areas in proportion to bytes, as square as may be. */
export function layOut(root: Branch, area: Area): readonly Tile[] {
  const tiles: Tile[] = [];
  place(root, { area, path: "", depth: 0, tiles });
  return tiles;
}

interface Place {
  readonly area: Area;
  readonly path: string;
  readonly depth: number;
  readonly tiles: Tile[];
}

function place(branch: Branch, { area, path, depth, tiles }: Place): void {
  tiles.push({ path: path === "" ? "/" : path, bytes: branch.bytes, depth, ...area });
  const inside = {
    x: area.x + EDGE,
    y: area.y + TITLE,
    width: area.width - 2 * EDGE,
    height: area.height - TITLE - EDGE,
  };
  if (inside.width < LEAST || inside.height < LEAST) return;
  for (const [inner, own] of squarify(branch.inner, inside)) {
    place(inner, { area: own, path: `${path}/${inner.name}`, depth: depth + 1, tiles });
  }
}

/** Bruls, Huizing, van Wijk: rows along the shorter side, each as long as its tiles get more square. */
function squarify(branches: readonly Branch[], whole: Area): readonly (readonly [Branch, Area])[] {
  const placed: (readonly [Branch, Area])[] = [];
  let area = whole;
  let rest = branches;
  let bytes = rest.reduce((sum, one) => sum + one.bytes, 0);
  while (rest.length > 0 && bytes > 0) {
    const count = rowLength(rest, bytes, area);
    const row = rest.slice(0, count);
    const own = row.reduce((sum, one) => sum + one.bytes, 0);
    const isWide = area.width >= area.height;
    const thickness = (isWide ? area.width : area.height) * (own / bytes);
    let along = 0;
    for (const one of row) {
      const length = (isWide ? area.height : area.width) * (one.bytes / own);
      const tile = isWide
        ? { x: area.x, y: area.y + along, width: thickness, height: length }
        : { x: area.x + along, y: area.y, width: length, height: thickness };
      placed.push([one, tile]);
      along += length;
    }
    area = isWide
      ? { ...area, x: area.x + thickness, width: area.width - thickness }
      : { ...area, y: area.y + thickness, height: area.height - thickness };
    rest = rest.slice(count);
    bytes -= own;
  }
  return placed;
}

function rowLength(branches: readonly Branch[], bytes: number, { width, height }: Area): number {
  const scale = (width * height) / bytes;
  const side = Math.min(width, height);
  let sum = 0;
  let best = Number.POSITIVE_INFINITY;
  for (const [at, one] of branches.entries()) {
    sum += one.bytes * scale;
    const ratio = worstRatio({ sum, side, least: one.bytes * scale, most: (branches[0]?.bytes ?? 0) * scale });
    if (ratio > best) return at;
    best = ratio;
  }
  return branches.length;
}

function worstRatio({ sum, side, least, most }: Readonly<Record<"sum" | "side" | "least" | "most", number>>): number {
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}
