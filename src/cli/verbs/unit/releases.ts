import type { Engine } from "../../../engine/open-engine.ts";
import { shortId } from "../../../ship/release/change-live.ts";
import type { LedgerRecord } from "../../../ship/release/ledger-record.ts";
import { ledgerOf } from "../../../ship/release/pipeline.ts";
import { followRecords, gateOf } from "../../../ship/release/releases.ts";
import { imageIdOf } from "../../../ship/release/settle-tags.ts";
import { type ReleaseRow, renderReleases } from "../../../terminal/release-view.ts";
import type { VerbContext } from "../../context.ts";
import { releaseWork } from "../../units/release-work.ts";
import { runUnits, type UnitsOptions } from "../../units/run-units.ts";

/** `cooper releases`: what was promoted, when, on which tests, and what is live. */
export function releases(context: VerbContext, words: readonly string[], options: UnitsOptions): Promise<number> {
  return runUnits(
    context,
    { words, options: { ...options, mode: "prod" } },
    {
      name: "releases",
      schema: "cooper.releases/1",
      act: async (work) => {
        const ledger = await ledgerOf(await releaseWork(work, options));
        return { unit: work.settings.name, rows: await rowsOf(work.engine, await ledger.read()) };
      },
      text: ({ rows }) => lineOf(rows),
      page: ({ unit, rows }) => renderReleases(unit, rows, context.style),
      json: ({ rows }) => ({ releases: rows }),
    },
  );
}

function lineOf(rows: readonly ReleaseRow[]): string {
  const current = rows.find(({ isCurrent }) => isCurrent);
  return current === undefined ? "never promoted" : `release ${current.number}, ${shortId(current.image)}`;
}

async function rowsOf(engine: Engine, records: readonly LedgerRecord[]): Promise<readonly ReleaseRow[]> {
  const { all, current } = followRecords(records);
  const rows = all.map(async (release) => ({
    ...release,
    isCurrent: release.number === current?.number,
    isThere: (await imageIdOf(engine, release.image)) !== null,
    tests: gateOf(records, release.image).tests,
  }));
  return (await Promise.all(rows)).toReversed();
}
