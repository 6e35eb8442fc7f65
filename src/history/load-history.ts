import { join } from "node:path";
import type { Finding } from "../base/finding.ts";
import { readTextIfThere } from "../system/file/files.ts";
import { readJournal } from "../system/store/journal.ts";
import { listSessionNumbers, parseJson, readContainer } from "./history-folder.ts";
import type { Choices, History, Session } from "./model.ts";
import { reconcileSessions } from "./reconcile.ts";
import { type JournalRecord, parseRecord } from "./records.ts";
import { choicesSchema } from "./schema.ts";
import { readSession } from "./session-of-records.ts";

/** Choices of nobody. */
export const NO_CHOICES: Choices = { keep: [], drop: [], rename: {}, annotate: {}, secret: [], cmd: null };

/** All that a history's folder tells; what cannot be read becomes a Finding. Null where there is no history. */
export async function loadHistory(folder: string): Promise<History | null> {
  const container = await readContainer(folder);
  if (container === null) return null;
  const numbers = await listSessionNumbers(folder);
  const loaded = await Promise.all(numbers.map((number) => loadSession(folder, `s${number}`)));
  const { choices, findings } = await loadChoices(folder);
  return {
    container,
    sessions: reconcileSessions(loaded.map(({ session }) => session)),
    choices,
    findings: [...loaded.flatMap((session) => session.findings), ...findings],
  };
}

async function loadSession(folder: string, id: string): Promise<{ session: Session; findings: readonly Finding[] }> {
  const path = join(folder, `${id}.jsonl`);
  const journal = await readJournal(path);
  const records = journal.records.map(parseRecord);
  const known = records.filter((record) => record !== null);
  const lost = journal.torn + records.length - known.length;
  return { session: readSession(id, known), findings: [...known.flatMap(findingsOf), ...lostRecords(path, lost)] };
}

function findingsOf(record: JournalRecord): readonly Finding[] {
  return record.record === "finding" ? [record.finding] : [];
}

function lostRecords(path: string, count: number): readonly Finding[] {
  if (count === 0) return [];
  const message = count === 1 ? "One record of the journal cannot be read" : `${count} records of the journal cannot be read`;
  return [
    { code: "journal-torn", message: `${message}: its recorder was killed while it wrote, or the file is damaged.`, where: { file: path } },
  ];
}

async function loadChoices(folder: string): Promise<{ choices: Choices; findings: readonly Finding[] }> {
  const path = join(folder, "choices.json");
  const text = await readTextIfThere(path);
  if (text === null) return { choices: NO_CHOICES, findings: [] };
  const parsed = choicesSchema.safeParse(parseJson(text));
  if (parsed.success) return { choices: parsed.data, findings: [] };
  const hint = "Correct the file, or remove it and give the choices again with `cooper history edit`.";
  return {
    choices: NO_CHOICES,
    findings: [{ code: "choices-unreadable", message: "The choices made for this history cannot be read.", hint, where: { file: path } }],
  };
}
