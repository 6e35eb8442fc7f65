import type { ScanFinding, Severity } from "../classify/finding.ts";
import type { ScanPiece } from "../scan-part.ts";
import { byPath, countBySeverity } from "./order.ts";

/** The pieces of one container's scan together. */
export interface Gathered {
  readonly counts: Readonly<Record<Severity, number>>;
  readonly findings: readonly ScanFinding[];
  readonly written: readonly string[];
  readonly allowed: ReadonlyMap<number, number>;
  readonly weak: readonly string[];
  readonly incomplete: readonly string[];
  readonly entries: number;
  readonly signature: number;
}

const MOST_UNSEEN = 5;

/** Joins pieces: findings by path, what was not seen as reasons. */
export function gather(pieces: readonly ScanPiece[], said: Pick<Gathered, "weak" | "incomplete">): Gathered {
  const allowed = new Map<number, number>();
  for (const number of pieces.flatMap(({ allowedBy }) => allowedBy)) allowed.set(number, (allowed.get(number) ?? 0) + 1);
  const unverified = pieces.reduce((sum, piece) => sum + piece.unverified, 0);
  const unseen = pieces.flatMap((piece) => piece.unseen);
  const more = unseen.length > MOST_UNSEEN ? [`and ${unseen.length - MOST_UNSEEN} more that could not be read`] : [];
  return {
    counts: countBySeverity(pieces.flatMap(({ counts }) => Object.entries(counts))),
    written: pieces.flatMap(({ written }) => (written === "" ? [] : [written])),
    findings: pieces.flatMap(({ findings }) => findings).sort(byPath),
    allowed,
    weak: [...said.weak, ...(unverified === 0 ? [] : [`${unverified} files of the same size as the image's were not compared`])],
    incomplete: [
      ...said.incomplete,
      ...unseen.slice(0, MOST_UNSEEN).map(({ path, why }) => `${JSON.stringify(path)} could not be read: ${why}`),
      ...more,
    ],
    entries: pieces.reduce((sum, piece) => sum + piece.entries, 0),
    signature: pieces.reduce((sum, piece) => sum + piece.signature, 0),
  };
}
