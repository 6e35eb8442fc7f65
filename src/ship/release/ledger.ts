import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { appendToJournal, readJournal } from "../../system/store/journal.ts";
import { type LedgerRecord, readRecords } from "./ledger-record.ts";

/** A record before its time is put to it. */
export type NewRecord = LedgerRecord extends infer Each ? (Each extends LedgerRecord ? Omit<Each, "at"> : never) : never;

/** What became of the images of one unit on one engine. */
export interface Ledger {
  read(): Promise<readonly LedgerRecord[]>;
  /** Resolves when the record is on the disk. */
  add(record: NewRecord): Promise<void>;
}

/** What a ledger's file says; throws `ledger-unreadable` for one that is not whole, since what may be promoted depends on it. */
export async function readLedger(path: string): Promise<readonly LedgerRecord[]> {
  const { records: values } = await readJournal(path);
  const { records, unread } = readRecords(values);
  if (unread === 0) return records;
  throw new CooperError("ledger-unreadable", `${path} has ${unread} lines that this version does not understand.`, {
    hint: "A newer cooper may have written them: use that one, or move the file away to begin anew.",
    where: { file: path },
    exit: EXIT.incomplete,
  });
}

/** The ledger kept in a file. */
export function openLedger(path: string, clock: () => number): Ledger {
  return {
    read: () => readLedger(path),
    add: (record) => appendToJournal(path, { at: new Date(clock()).toISOString(), ...record }),
  };
}
