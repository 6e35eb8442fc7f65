import { type LiveChange, shortId } from "../ship/release/change-live.ts";
import type { TestedRecord } from "../ship/release/ledger-record.ts";
import type { Release } from "../ship/release/releases.ts";
import { escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

/** A release as `cooper releases` shows it. */
export interface ReleaseRow extends Release {
  readonly isCurrent: boolean;
  /** The engine still has its image. */
  readonly isThere: boolean;
  readonly tests: readonly TestedRecord[];
}

/** The releases of a unit, the newest first. */
export function renderReleases(unit: string, rows: readonly ReleaseRow[], style: Style): string {
  const head = `${style.bold(escapeText(unit))}\n`;
  if (rows.length === 0) return `${head}  never promoted\n`;
  const table = rows.map((row) => [
    row.isCurrent ? style.green("  live") : "",
    String(row.number),
    shortId(row.image),
    row.at.slice(0, 19).replace("T", " "),
    testsOf(row),
    row.isThere ? "" : style.yellow("image gone"),
    row.withdrawn === null ? "" : style.red(`withdrawn (${row.withdrawn})`),
  ]);
  return head + renderTable([["", "release", "image", "promoted", "tests", "", ""].map((title) => style.dim(title)), ...table]);
}

function testsOf({ isTested, tests }: ReleaseRow): string {
  if (!isTested) return "untested";
  return tests.map(({ kind, tests: own }) => `${kind} ${own.length}`).join(", ");
}

/** What became of the live image, in one line. */
export function changeLine({ did, release, before, running }: LiveChange): string {
  const image = `${shortId(release.image)} (release ${release.number})`;
  const live =
    did === "unchanged"
      ? `${image} is live already`
      : did === "promoted"
        ? `${image} is live${before === null ? "" : `, before it ${shortId(before.image)} (release ${before.number})`}`
        : `back to ${image}`;
  if (running === null) return did === "unchanged" ? live : `${live}; \`cooper up\` puts it to work`;
  if (running.did === "unchanged") return `${live}, and runs`;
  return `${live}, and ${running.did === "replaced" ? "took the place of what ran" : "was started"} (accepted: ${running.accepted})`;
}
