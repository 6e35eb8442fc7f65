import type { Reply } from "../../reply.ts";
import { familiarName } from "./container-shape.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** "117MB", "111.6 MiB" as bytes. */
export function bytesOf(text: string): number {
  const match = /^([\d.]+)\s*([KMGT]?)(i?)B?$/iu.exec(text.trim());
  if (match === null) return 0;
  const unit = match[2]?.toUpperCase() ?? "";
  const isBinary = match[3] !== "";
  return Math.round(Number(match[1]) * (isBinary ? 1024 ** Object.keys(UNITS).indexOf(unit) : (UNITS[unit] ?? 1)));
}

export interface ImageRow {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly Size: number;
  readonly Created: number;
}

/** The rows of `images`, one per name, as the API lists images: one per id. */
export function imageRows(rows: readonly Reply[]): readonly ImageRow[] {
  const byId = new Map<string, ImageRow>();
  for (const row of rows) {
    const id = row.at("ID").text();
    const known = byId.get(id);
    const name = nameOf(row);
    byId.set(id, {
      Id: id,
      RepoTags: [...(known?.RepoTags ?? []), ...(name === null ? [] : [name])],
      Size: known?.Size ?? bytesOf(row.at("Size").text()),
      Created: known?.Created ?? secondsOf(row.at("CreatedAt").text()),
    });
  }
  return [...byId.values()];
}

/** "2024-05-07 21:09:36 +0000 UTC" is more than a date can be read of. */
function secondsOf(text: string): number {
  return Math.floor((Date.parse(text.replace(/ [A-Z]{2,5}$/u, "")) || 0) / 1000);
}

function nameOf(row: Reply): string | null {
  const [repository, tag] = [row.at("Repository").text(), row.at("Tag").text()];
  return repository === "" || repository === "<none>" || tag === "" || tag === "<none>" ? null : `${familiarName(repository)}:${tag}`;
}

/** Whether a row has a name that fits: "web", "web:1", "web:*". */
export function hasName({ RepoTags: tags }: ImageRow, reference: string): boolean {
  const escaped = reference
    .replaceAll(/[.+^${}()|[\]\\]/gu, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  const pattern = new RegExp(`^${escaped}(?::[^/]*)?$`, "u");
  return tags.some((tag) => pattern.test(tag));
}

/** A layer of `image history`, as the API has it. */
export function layerShape(row: Reply): Readonly<Record<string, unknown>> {
  return {
    Id: row.at("ID").text(row.at("Snapshot").text("<missing>")),
    CreatedBy: row.at("CreatedBy").text(),
    Size: bytesOf(row.at("Size").text()),
    Comment: row.at("Comment").text(),
  };
}
