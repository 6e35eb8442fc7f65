import { join } from "node:path";
import { CooperError } from "../base/errors.ts";
import { listSessionNumbers, readContainer, readSessionStart } from "./history-folder.ts";
import { listFolder } from "../system/file/files.ts";
import type { ContainerRecord } from "./model.ts";

export interface HistoryEntry {
  readonly container: ContainerRecord;
  readonly folder: string;
  /** When its first Session opened, in ms since 1970. */
  readonly startedAt: number;
  readonly sessions: number;
}

/** All Histories below the state folder, the oldest first; folders that hold none are passed over. */
export async function listHistories(stateFolder: string): Promise<readonly HistoryEntry[]> {
  const root = join(stateFolder, "histories");
  const engines = (await listFolder(root)).map((engine) => join(root, engine));
  const folders = (await Promise.all(engines.map(async (engine) => (await listFolder(engine)).map((name) => join(engine, name))))).flat();
  const entries = (await Promise.all(folders.map(readEntry))).filter((entry) => entry !== null);
  return entries.toSorted((a, b) => a.startedAt - b.startedAt || (a.folder < b.folder ? -1 : 1));
}

async function readEntry(folder: string): Promise<HistoryEntry | null> {
  const container = await readContainer(folder);
  if (container === null) return null;
  const numbers = await listSessionNumbers(folder);
  const first = numbers[0] === undefined ? null : await readSessionStart(folder, numbers[0]);
  return { container, folder, startedAt: first?.startedAt ?? 0, sessions: numbers.length };
}

/** Those of that name or id; where there are none, those whose id begins so; else those whose name does. A blank text matches nothing. */
export function matchHistories(entries: readonly HistoryEntry[], text: string): readonly HistoryEntry[] {
  const wanted = text.trim().replace(/^\//, "");
  if (wanted === "") return [];
  const tests: readonly ((container: ContainerRecord) => boolean)[] = [
    (container) => container.name === wanted || container.id === wanted,
    (container) => /^[0-9a-f]+$/.test(wanted) && container.id.startsWith(wanted),
    (container) => container.name.startsWith(wanted),
  ];
  for (const isMeant of tests) {
    const found = entries.filter((entry) => isMeant(entry.container));
    if (found.length > 0) return found;
  }
  return [];
}

/** The only match; throws `history-unknown` or `history-ambiguous` (exit 2), which lists the matches with their start. */
export function findOneHistory(entries: readonly HistoryEntry[], text: string): HistoryEntry {
  const [first, ...others] = matchHistories(entries, text);
  if (first === undefined) throw unknownError(entries, text);
  if (others.length === 0) return first;
  const lines = [first, ...others].map(
    ({ container, startedAt }) => `  ${container.id.slice(0, 12)}  ${container.name}  first recorded ${timeOf(startedAt)}`,
  );
  throw new CooperError("history-ambiguous", `${JSON.stringify(text)} means several histories:\n${lines.join("\n")}`, {
    hint: "Give the beginning of the container's id instead.",
  });
}

function unknownError(entries: readonly HistoryEntry[], text: string): CooperError {
  const names = [...new Set(entries.map((entry) => entry.container.name))].slice(-5);
  const known = names.length === 0 ? "" : ` Recorded so far: ${names.join(", ")}.`;
  return new CooperError("history-unknown", `Nothing of ${JSON.stringify(text)} was recorded.${known}`, {
    hint: "Record a shell in the container first: cooper record NAME.",
  });
}

function timeOf(time: number): string {
  return time === 0 ? "at an unknown time" : new Date(time).toISOString().replace("T", " ").slice(0, 16);
}
