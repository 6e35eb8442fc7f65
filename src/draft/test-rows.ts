import type { Entry, PathChange } from "../format/tree/entry.ts";

const ROW =
  /^(?<kind>[+~mo-]) (?<path>\/\S*)(?: (?<mode>0[0-7]+))?(?: (?<owner>\d+:\d+))?(?: @(?<package>\S+))?(?: (?<form>=>|->|=) ?(?<rest>[^]*))?$/;

const KIND = {
  "+": "created",
  "~": "changed",
  m: "remoded",
  o: "reowned",
  "-": "deleted",
} as const;

/** One change in a test: a row (`+ /etc/a 0600 33:33 @pkg = text`, `+ /srv/`, `+ /b -> a`, `+ /c => /a`, `~ /a = new`, `m /a 0600`, `o /a 1:1`, `- /a`). */
export type TestRow = string;

/** Sixty-four hexadecimal digits that stand for the SHA-256 of a text (not the real one). */
export function hashOf(text: string): string {
  let out = "";
  for (let round = 0; round < 8; round += 1) {
    let word = 0x811c9dc5 ^ round;
    for (const char of text) word = Math.imul(word ^ (char.codePointAt(0) ?? 0), 0x01000193);
    out += (word >>> 0).toString(16).padStart(8, "0");
  }
  return out;
}

/** The container's file system while a test History is being made, and the texts of the files in it. */
export interface TestWorld {
  readonly entries: Map<string, Entry>;
  readonly texts: Map<string, string>;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** Applies a row to the world and tells the change it makes. */
export function playRow(world: TestWorld, row: TestRow, at: number): PathChange {
  const groups: Groups | undefined = ROW.exec(row)?.groups;
  const kind = Object.entries(KIND).find(([sign]) => sign === groups?.["kind"])?.[1];
  if (groups === undefined || kind === undefined) throw new Error(`not a row: ${row}`);
  const typed = groups["path"] ?? "/";
  const path = typed.length > 1 && typed.endsWith("/") ? typed.slice(0, -1) : typed;
  const before = world.entries.get(path) ?? null;
  const after = kind === "deleted" ? null : entryAfter(world, groups, before);
  if (after === null) world.entries.delete(path);
  else world.entries.set(path, after);
  const owner = groups["package"];
  return {
    path,
    kind,
    before:
      kind === "created"
        ? null
        : (before ?? {
            type: "file",
            mode: 0o644,
            uid: 0,
            gid: 0,
            hash: hashOf(`base of ${path}`),
          }),
    after,
    changedAt: after === null ? 0 : at,
    kept: after?.hash !== undefined && owner === undefined,
    ...(owner === undefined ? {} : { package: owner }),
  };
}

function entryAfter(world: TestWorld, groups: Groups, before: Entry | null): Entry {
  const path = groups["path"] ?? "/";
  const [uid, gid] = (groups["owner"] ?? `${before?.uid ?? 0}:${before?.gid ?? 0}`).split(":").map(Number);
  const isDirectory = path.endsWith("/");
  const mode = groups["mode"] === undefined ? (before?.mode ?? (isDirectory ? 0o755 : 0o644)) : parseInt(groups["mode"], 8);
  const owned = { mode, uid: uid ?? 0, gid: gid ?? 0 };
  const rest = groups["rest"];
  if (groups["form"] === "->") return { type: "symlink", ...owned, mode: 0o777, link: rest ?? "" };
  if (groups["form"] === "=>") return linked(world, rest ?? "");
  if (groups["form"] === undefined && before !== null && !isDirectory) return { ...before, ...owned };
  if (isDirectory) return { type: "directory", ...owned };
  const text = rest ?? (groups["package"] === undefined ? "" : `${groups["package"]}:${path}`);
  const hash = hashOf(text);
  world.texts.set(hash, text);
  return { type: "file", ...owned, size: text.length, hash };
}

function linked(world: TestWorld, target: string): Entry {
  const entry = world.entries.get(target);
  if (entry === undefined) throw new Error(`no ${target} to link to`);
  return { ...entry, hardLink: target };
}
