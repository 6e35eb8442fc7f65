import { quoteWord } from "../../../format/shell/quote.ts";
import { modeText } from "../../../format/tree/mode-text.ts";
import { SERVICES } from "../../tables/services.ts";
import type { Judgement } from "../judge/judgement.ts";
import type { Work } from "../judge/work.ts";

const FOLDERS: ReadonlySet<string> = new Set(SERVICES.flatMap(({ folders }) => folders ?? []));

/**
 * The text that makes the run-time folders which a service's init script made and its daemon needs; null where a Step made none.
 * In the image the daemon is run without its init script.
 */
export function runFolderText(work: Work, { log, living, input }: Judgement): string | null {
  const made = work.changes.filter(({ path, before, after }) => {
    if (!FOLDERS.has(path) || before !== null || after?.type !== "directory") return false;
    const writes = log.writes.get(path) ?? [];
    return writes.at(-1)?.after?.type === "directory" && !writes.some(({ rank }) => living.reasons.has(rank));
  });
  if (input.history.choices.drop.includes(work.timed.step.id) || made.length === 0) return null;
  const nameOf = (file: string, id: number): string => nameById(log.writes.get(file)?.at(-1)?.after?.hash, id, input.readText);
  return made
    .flatMap(({ path, after }) => {
      if (after === null) return [];
      const owner = `-o ${nameOf("/etc/passwd", after.uid)} -g ${nameOf("/etc/group", after.gid)}`;
      return [`install -d -m ${modeText(after.mode)} ${owner} ${quoteWord(path)}`];
    })
    .join(" && ");
}

/** The name in an account file, which holds when numbers are given out in another order; else the number. */
function nameById(hash: string | undefined, id: number, readText: (hash: string) => string | null): string {
  const lines = (hash === undefined ? null : readText(hash))?.split("\n") ?? [];
  const name = lines.map((line) => line.split(":")).find((fields) => fields[2] === String(id))?.[0];
  return name !== undefined && /^[a-z_][\w.-]*$/u.test(name) ? name : String(id);
}
