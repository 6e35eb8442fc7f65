import { link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isMissing, errorCode, listFolder, readTextIfThere } from "../file/files.ts";
import { hasEnded, type ProcessMark, processMark } from "../process/process-name.ts";

/** A lock that this process holds; it is free when the process has ended, however it did. */
export interface ProcessLock {
  readonly isHeld: true;
  release(): Promise<void>;
}

/** Who holds the lock that was asked for. */
export interface HeldLock {
  readonly isHeld: false;
  readonly pid: number;
  /** What it said that it does. */
  readonly purpose: string;
  /** The file that says so. */
  readonly file: string;
}

interface Holder extends ProcessMark {
  readonly purpose: string;
}

/**
 * Takes the lock of a path, or says who has it. It is a row of numbered files (`path.1`, `path.2`, …) of which the highest counts: each
 * taking makes the next one, which only one process can, and the highest is never removed, so that a slow process cannot take a number
 * that was given before.
 */
export async function takeLock(path: string, purpose: string): Promise<ProcessLock | HeldLock> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (;;) {
    const highest = await highestOf(path);
    const held = highest === 0 ? null : await holderOf(`${path}.${highest}`);
    if (held !== null) return { isHeld: false, pid: held.pid, purpose: held.purpose, file: `${path}.${highest}` };
    const number = highest + 1;
    if (!(await claim(`${path}.${number}`, { ...processMark(), purpose }))) continue;
    if ((await highestOf(path)) === number) {
      await removeBelow(path, number);
      return { isHeld: true, release: () => setFree(`${path}.${number}`) };
    }
    await rm(`${path}.${number}`, { force: true });
  }
}

async function numbersOf(path: string): Promise<readonly number[]> {
  const start = `${basename(path)}.`;
  const names = (await listFolder(dirname(path))).filter((name) => name.startsWith(start));
  return names.map((name) => name.slice(start.length)).flatMap((digits) => (/^[1-9]\d{0,14}$/u.test(digits) ? [Number(digits)] : []));
}

async function highestOf(path: string): Promise<number> {
  return Math.max(0, ...(await numbersOf(path)));
}

async function removeBelow(path: string, number: number): Promise<void> {
  for (const other of await numbersOf(path)) if (other < number) await rm(`${path}.${other}`, { force: true });
}

/** The living process that a file names; null for none. */
async function holderOf(file: string): Promise<Holder | null> {
  const holder = parseHolder((await readTextIfThere(file)) ?? "");
  return holder === null || hasEnded(holder) ? null : holder;
}

/** The file appears with all that it holds, or is another's. */
async function claim(file: string, holder: Holder): Promise<boolean> {
  const spare = await writeBeside(file, JSON.stringify(holder));
  try {
    await link(spare, file);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(spare, { force: true });
  }
}

async function setFree(file: string): Promise<void> {
  try {
    await rename(await writeBeside(file, "{}"), file);
  } catch (error) {
    // Somebody took the whole folder away.
    if (!isMissing(error)) throw error;
  }
}

async function writeBeside(file: string, text: string): Promise<string> {
  const spare = join(dirname(file), `.${basename(file)}.${process.pid}.${count++}`);
  const made = await open(spare, "w", 0o600);
  try {
    await made.writeFile(text);
  } finally {
    await made.close();
  }
  return spare;
}

let count = 0;

function parseHolder(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("pid" in value) || typeof value.pid !== "number") return null;
    return {
      pid: value.pid,
      started: textOf(value, "started"),
      boot: textOf(value, "boot"),
      processes: textOf(value, "processes"),
      purpose: textOf(value, "purpose") ?? "",
    };
  } catch {
    return null;
  }
}

function textOf(value: object, key: string): string | null {
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : null;
}
