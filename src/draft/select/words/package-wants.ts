import { parseWants } from "../../../format/package-database/dpkg.ts";
import type { Entry } from "../../../format/tree/entry.ts";
import type { DraftInput } from "../../model.ts";
import type { Work } from "../judge/work.ts";

const STATUS = "/var/lib/dpkg/status";
const WANT = "package:want/";

/** What a Step changed in what is wanted of packages: `apt-mark hold`, `dpkg --set-selections`. */
export interface WantChange {
  /** The path that stands for it. */
  readonly path: string;
  readonly after: Entry | null;
}

/** By rank, for the Steps whose status file was kept; a Step with none changed nothing of it. */
export function wantChanges(works: readonly Work[], readText: DraftInput["readText"]): ReadonlyMap<number, readonly WantChange[]> {
  const found = new Map<number, readonly WantChange[]>();
  let known: ReadonlyMap<string, string> = new Map();
  for (const { rank, changes } of works) {
    const after = changes.find(({ path }) => path === STATUS)?.after;
    const text = after?.hash === undefined ? null : readText(after.hash);
    if (text === null) continue;
    const wants = parseWants(text);
    found.set(rank, differences(known, wants));
    known = wants;
  }
  return found;
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): WantChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
  return names.toSorted().map((name) => ({ path: WANT + name, after: wantEntry(after.get(name)) }));
}

function wantEntry(want: string | undefined): Entry | null {
  return want === undefined ? null : { type: "file", mode: 0, uid: 0, gid: 0, hash: want };
}

/** The package whose want a path stands for; null for any other path. */
export function packageOfWant(path: string): string | null {
  return path.startsWith(WANT) ? path.slice(WANT.length) : null;
}

/** True for the file that says what is wanted. */
export function holdsWants(path: string): boolean {
  return path === STATUS;
}
