import type { LedgerRecord, TestedRecord } from "./ledger-record.ts";

/** An image that was made the live one. */
export interface Release {
  readonly number: number;
  readonly image: string;
  readonly at: string;
  /** The release that was current until then. */
  readonly before: number | null;
  readonly isTested: boolean;
  /** Why it was taken back; null where it was not. */
  readonly withdrawn: string | null;
}

/** What the records of a unit come to. */
export interface Releases {
  /** The oldest first. */
  readonly all: readonly Release[];
  /** The release that is to be live; null before the first. */
  readonly current: Release | null;
  /** The last change was to replace the running container, and nothing says how that went. */
  readonly isOpen: boolean;
}

interface State {
  readonly all: readonly Release[];
  readonly current: number | null;
  /** The current release before the last change. */
  readonly last: number | null;
  readonly isOpen: boolean;
}

const NOTHING: State = { all: [], current: null, last: null, isOpen: false };

/** Follows the records from the first to the last. */
export function followRecords(records: readonly LedgerRecord[]): Releases {
  const { all, current, isOpen } = records.reduce(follow, NOTHING);
  return { all, current: all.find(({ number }) => number === current) ?? null, isOpen };
}

function follow(state: State, record: LedgerRecord): State {
  switch (record.act) {
    case "promoted": {
      const { release: number, image, at, before, isTested } = record;
      const release: Release = { number, image, at, before, isTested, withdrawn: null };
      return { all: [...state.all, release], current: number, last: state.current, isOpen: record.replaces };
    }
    case "rolled-back":
      return { ...state, current: record.release, last: state.current, isOpen: record.replaces };
    case "accepted":
      return record.release === state.current ? { ...state, isOpen: false } : state;
    case "withdrawn":
      return state.isOpen && record.release === state.current ? withdraw(state, record) : state;
    case "built":
    case "tested":
      return state;
  }
}

/** A new release that is withdrawn is none to go back to; one that was gone back to stays what it was. */
function withdraw(state: State, { release, why }: Extract<LedgerRecord, { readonly act: "withdrawn" }>): State {
  const isNew = state.all.at(-1)?.number === release;
  const all = isNew ? state.all.map((one) => (one.number === release ? { ...one, withdrawn: why } : one)) : state.all;
  return { all, current: state.last, last: state.last, isOpen: false };
}

/** The release `steps` changes before the current one; null where there is none. Those that were withdrawn do not count. */
export function releaseBefore({ all, current }: Releases, steps: number): Release | null {
  let release = current;
  for (let step = 0; step < steps && release !== null; step += 1) {
    const { before }: Release = release;
    release = all.find(({ number }) => number === before) ?? null;
  }
  return release;
}

/** Whether an image may be promoted, and why not. */
export interface Gate {
  readonly isOpen: boolean;
  /** A test failed, which is more than that none was made. */
  readonly hasFailed: boolean;
  readonly why: string;
  /** The last test of each kind. */
  readonly tests: readonly TestedRecord[];
}

/** The last result of each kind counts: one must have passed, and none of those made before production may have failed. */
export function gateOf(records: readonly LedgerRecord[], image: string): Gate {
  const tested = records.filter((record) => record.act === "tested").filter((record) => record.image === image);
  const tests = (["stand-alone", "prod-ready"] as const).flatMap((kind) => tested.findLast((record) => record.kind === kind) ?? []);
  const bad = tests.find(({ verdict }) => verdict === "failed");
  if (bad !== undefined) return { isOpen: false, hasFailed: true, why: `its ${bad.kind} test failed`, tests };
  if (tests.some(({ verdict }) => verdict === "passed")) return { isOpen: true, hasFailed: false, why: "", tests };
  return { isOpen: false, hasFailed: false, why: tests.length === 0 ? "it was not tested" : "it has no tests", tests };
}
