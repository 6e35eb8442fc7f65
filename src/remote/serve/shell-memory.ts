import { join } from "node:path";
import { readBytesIfThere, writeFileAtomically } from "../../system/file/files.ts";
import type { ToldState } from "../exec/marked-output.ts";
import { splitAtZero } from "../exec/request.ts";
import { nameOf, valueOf } from "../exec/shell-line.ts";

/** What a session's commands find different from a new command of the container. */
export interface ShellMemory {
  /** Null: where the container's own commands start. */
  readonly cwd: Buffer | null;
  /** Name to value. */
  readonly set: ReadonlyMap<string, Buffer>;
  readonly unset: ReadonlySet<string>;
}

export const NOTHING_REMEMBERED: ShellMemory = { cwd: null, set: new Map(), unset: new Set() };

/** Every shell sets these by itself. */
const OWN: ReadonlySet<string> = new Set(["_", "SHLVL", "PWD", "OLDPWD", "TERM", "HOSTNAME", "cooper_l", "cooper_n"]);

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What there is to remember once a shell has told its state; `base` is what a new command has. */
export function remember(told: ToldState, base: ReadonlyMap<string, Buffer>): ShellMemory {
  const now = environmentOf(told.environment);
  const set = [...now].filter(([name, value]) => !OWN.has(name) && base.get(name)?.equals(value) !== true);
  // What no shell can name it cannot have taken away either.
  const unset = [...base.keys()].filter((name) => NAME.test(name) && !OWN.has(name) && !now.has(name));
  return { cwd: told.cwd, set: new Map(set.toSorted(([left], [right]) => (left < right ? -1 : 1))), unset: new Set(unset.toSorted()) };
}

/** "NAME=value" by name. */
export function environmentOf(settings: readonly Buffer[]): ReadonlyMap<string, Buffer> {
  return new Map(settings.map((setting) => [nameOf(setting), valueOf(setting)]));
}

/** As "NAME=value". */
export function settingsOf({ set }: ShellMemory): readonly Buffer[] {
  return [...set].map(([name, value]) => Buffer.concat([Buffer.from(`${name}=`), value]));
}

function fileOf(folder: string): string {
  return join(folder, "environment");
}

const ZERO = Buffer.from([0]);

/** Keeps it in the session's folder: fields of a letter and bytes, each ended by a zero byte. */
export async function saveMemory(folder: string, memory: ShellMemory): Promise<void> {
  const cwd = memory.cwd === null ? [] : [Buffer.from("d"), memory.cwd, ZERO];
  const set = settingsOf(memory).flatMap((setting) => [Buffer.from("="), setting, ZERO]);
  const unset = [...memory.unset].map((name) => Buffer.from(`-${name}\0`));
  await writeFileAtomically(fileOf(folder), Buffer.concat([...cwd, ...set, ...unset]), 0o600);
}

/** What the session's folder keeps; nothing where there is no file. */
export async function loadMemory(folder: string): Promise<ShellMemory> {
  const fields = splitAtZero((await readBytesIfThere(fileOf(folder))) ?? Buffer.alloc(0));
  const all = (letter: string): readonly Buffer[] =>
    fields.flatMap((field) => (field.toString("latin1", 0, 1) === letter ? [field.subarray(1)] : []));
  return { cwd: all("d")[0] ?? null, set: environmentOf(all("=")), unset: new Set(all("-").map(String)) };
}
