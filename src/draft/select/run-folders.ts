import { quoteWord } from "../../format/shell/quote.ts";
import { SERVICES } from "../tables/services.ts";
import type { Judgement } from "./judgement.ts";
import type { Work } from "./work.ts";

const FOLDERS: ReadonlySet<string> = new Set(SERVICES.flatMap(({ folders }) => folders ?? []));

/**
 * The text that makes the run-time folders which a service's init script made and its daemon needs; null where a Step made none.
 * In the image the daemon is run without its init script.
 */
export function runFolderText(work: Work, { log, living, input }: Judgement): string | null {
  const made = work.changes.filter(({ path, before, after }) => {
    const last = log.writes.get(path)?.at(-1);
    const isMadeElsewhere = (log.writes.get(path) ?? []).some(({ rank }) => living.reasons.has(rank));
    return FOLDERS.has(path) && before === null && after?.type === "directory" && last?.after?.type === "directory" && !isMadeElsewhere;
  });
  if (input.history.choices.drop.includes(work.timed.step.id) || made.length === 0) return null;
  return made
    .flatMap(({ path, after }) =>
      after === null ? [] : [`install -d -m ${after.mode.toString(8).padStart(4, "0")} -o ${after.uid} -g ${after.gid} ${quoteWord(path)}`],
    )
    .join(" && ");
}
