import { dirname, join } from "node:path";
import * as z from "zod";
import { listFolder, pathExists, removeTree } from "../../system/file/files.ts";
import { createJournal, readJournal } from "../../system/store/journal.ts";
import { passStep } from "../../system/process/pass-step.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import { type Execution, REPLACE_STEPS, type ReplaceStep } from "./model.ts";

const beginSchema = z.object({
  step: z.literal("begin"),
  unit: z.string(),
  /** The name that the one that serves has. */
  name: z.string(),
  /** Name of the new container until it takes its place. */
  next: z.string(),
  /** Name of the old one when it was set aside. */
  previous: z.string(),
  old: z.object({ id: z.string(), ran: z.boolean() }).nullable(),
});
const stepSchema = z.object({ step: z.enum(REPLACE_STEPS), created: z.string().nullable() });

/** What a replacement is of. */
export type Begin = Omit<z.infer<typeof beginSchema>, "step">;

/** A replacement that did not end. */
export interface Unfinished {
  readonly begin: Begin;
  readonly passed: ReadonlySet<ReplaceStep>;
  /** Id of the new container, where it is known. */
  readonly created: string | null;
}

/** The journal of a replacement that goes on. */
export interface ReplaceJournal {
  /** Writes down that a step comes now. */
  readonly pass: (step: ReplaceStep, created: string | null) => Promise<void>;
  /** The replacement has ended, and needs no journal any more. */
  readonly end: () => Promise<void>;
}

/** Begins the journal of a replacement; there must be none that did not end. */
export async function beginJournal({ state }: Execution, begin: Begin): Promise<ReplaceJournal> {
  const path = state.journal(begin.unit);
  await makePrivateFolder(dirname(path));
  const journal = await createJournal(path);
  const say = async <Step extends { readonly step: ReplaceStep }>(record: Step): Promise<void> => {
    await journal.append(record);
    passStep(record.step);
  };
  await say({ step: "begin", ...begin });
  return {
    pass: (step, created) => say({ step, created }),
    end: async () => {
      await journal.close();
      await removeTree(path);
    },
  };
}

/** What the journal of a unit says of a replacement that did not end; null where there is none, or where it had not begun to do anything. */
export async function readUnfinished({ state }: Pick<Execution, "state">, unit: string): Promise<Unfinished | null> {
  const { records } = await readJournal(state.journal(unit));
  const begin = beginSchema.safeParse(records[0]);
  if (!begin.success) return null;
  const steps = records.slice(1).flatMap((record) => stepSchema.safeParse(record).data ?? []);
  return {
    begin: begin.data,
    passed: new Set(steps.map(({ step }) => step)),
    created: steps.findLast(({ created }) => created !== null)?.created ?? null,
  };
}

/** True where a unit has a journal at all. */
export function hasJournal({ state }: Pick<Execution, "state">, unit: string): Promise<boolean> {
  return pathExists(state.journal(unit));
}

/** The units with a replacement that did not end. */
export async function unfinishedUnits({ state }: Pick<Execution, "state">): Promise<readonly string[]> {
  const folder = dirname(state.journal("."));
  const begins = await Promise.all((await listFolder(folder)).map(async (name) => (await readJournal(join(folder, name))).records[0]));
  return begins.flatMap((record) => beginSchema.safeParse(record).data?.unit ?? []);
}

/** Forgets a replacement that has been brought to an end. */
export async function forgetJournal({ state }: Pick<Execution, "state">, unit: string): Promise<void> {
  await removeTree(state.journal(unit));
}
