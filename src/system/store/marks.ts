import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isOfEndedProcess, isOfRunningProcess, processName } from "../process/process-name.ts";

/** Shows other processes of this machine that something goes on, until it is taken away or this process ends; gives what takes it away. */
export function setMark(folder: string, name: string): () => void {
  const path = join(folder, name + processName());
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, "", { mode: 0o600 });
  } catch {
    // A full disk: what goes on is not held up.
    return () => undefined;
  }
  return () => removeMark(path);
}

/** Marks of processes that run; what ended ones left is taken away. */
export function runningMarks(folder: string): readonly string[] {
  const names = namesIn(folder);
  for (const name of names) if (isOfEndedProcess(name)) removeMark(join(folder, name));
  return names.filter(isOfRunningProcess);
}

/** Names and sizes of a folder's files whose name the pattern matches, as one text: another one when one was made or grew. */
export function sizesIn(folder: string, pattern: RegExp): string {
  const matching = namesIn(folder).filter((name) => pattern.test(name));
  return matching.map((name) => `${name} ${statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0}`).join("\n");
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeMark(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It counts no more than its process runs.
  }
}
