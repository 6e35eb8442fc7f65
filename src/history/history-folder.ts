import { join } from "node:path";
import { listFolder, readStartOfText, readTextIfThere } from "../system/file/files.ts";
import type { ContainerRecord } from "./model.ts";
import { parseRecord, type SessionStart } from "./records.ts";
import { isContainer } from "./schema.ts";

/** `histories/<engine>/<container>` below the state folder; ids become names of folders, whatever is in them. */
export function historyFolder(stateFolder: string, engineId: string, containerId: string): string {
  return join(stateFolder, "histories", asName(engineId), asName(containerId));
}

/** A name for a file: no separator, no leading dot, other ids give other names. */
export function asName(id: string): string {
  const escaped = id.replace(/[^A-Za-z0-9.-]/g, (character) => `_${character.codePointAt(0)?.toString(16) ?? ""}_`);
  return escaped.replace(/^\./, "_2e_").slice(0, 200) || "_";
}

/** Numbers of the Sessions in a history's folder, in order. */
export async function listSessionNumbers(folder: string): Promise<readonly number[]> {
  const numbers = (await listFolder(folder))
    .map((name) => /^s([1-9]\d{0,8})\.jsonl$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined);
  return numbers.map(Number).toSorted((a, b) => a - b);
}

/** The container that a history is of: its own file, else what the first Session says; null where neither can be read. */
export async function readContainer(folder: string): Promise<ContainerRecord | null> {
  const own = parseJson(await readTextIfThere(join(folder, "container.json")));
  if (isContainer(own)) return own;
  for (const number of await listSessionNumbers(folder)) {
    const start = await readSessionStart(folder, number);
    if (start !== null) return start.container;
  }
  return null;
}

/** More than any first record is long. */
const LONGEST_START = 1024 * 1024;

/** The first record of a Session's journal; null where it is none (a full disk, a damaged file). */
export async function readSessionStart(folder: string, number: number): Promise<SessionStart | null> {
  const text = await readStartOfText(join(folder, `s${number}.jsonl`), LONGEST_START);
  const end = text.indexOf("\n");
  const record = parseRecord(parseJson(end === -1 ? text : text.slice(0, end)));
  return record?.record === "session" ? record : null;
}

/** The value of a JSON text, undefined for none. */
export function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
