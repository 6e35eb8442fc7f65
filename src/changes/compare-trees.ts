import type { Entry } from "../format/tree/entry.ts";
import { differingFields } from "../format/tree/entry-fields.ts";
import { coversBelow } from "../format/tree/path-pattern.ts";
import { noiseOf } from "./noise.ts";
import type { ExportedTree } from "./read-export.ts";
import type { Difference } from "./verdict.ts";

/** What may differ, and what cannot be judged. */
export interface CompareRules {
  readonly noise: readonly string[];
  readonly mayDiffer: readonly string[];
  readonly secretPaths: readonly string[];
}

export interface Comparison {
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly ignored: Readonly<Record<string, number>>;
  readonly ignoredPaths: readonly string[];
  readonly secret: readonly string[];
}

/** Compares two exported trees path by path. */
export function compareTrees(wanted: ExportedTree, got: ExportedTree, rules: CompareRules): Comparison {
  const patterns = [...rules.noise, ...rules.mayDiffer];
  const secrets = new Set(rules.secretPaths);
  const differences: Difference[] = [];
  const secret: string[] = [];
  const ignoredPaths: string[] = [];
  const ignored: Record<string, number> = {};
  const paths = [...new Set([...wanted.entries.keys(), ...got.entries.keys()])].sort();
  const groups = linkGroups(wanted, got, patterns);
  for (const path of paths) {
    if (secrets.has(path)) {
      secret.push(path);
      continue;
    }
    const difference = differenceAt(path, { wanted, got, groups });
    if (difference === null) continue;
    const pattern = patternFor(difference, patterns);
    if (pattern === null) differences.push(difference);
    else {
      ignoredPaths.push(path);
      ignored[pattern] = (ignored[pattern] ?? 0) + 1;
    }
  }
  return { compared: paths.length, differences, ignored, ignoredPaths, secret: [...new Set([...secret, ...rules.secretPaths])].sort() };
}

/** A directory that only one side has counts as the noise that it was made for. */
function patternFor(difference: Difference, patterns: readonly string[]): string | null {
  const own = noiseOf(difference.path, patterns);
  if (own !== null || difference.kind === "different") return own;
  if ((difference.wanted ?? difference.got)?.type !== "directory") return null;
  return patterns.find((pattern) => coversBelow(pattern, difference.path)) ?? null;
}

interface Sides {
  readonly wanted: ExportedTree;
  readonly got: ExportedTree;
  readonly groups: LinkGroups;
}

function differenceAt(path: string, sides: Sides): Difference | null {
  const wanted = sides.wanted.entries.get(path) ?? null;
  const got = sides.got.entries.get(path) ?? null;
  if (wanted === null) return { path, kind: "extra", fields: [], wanted, got };
  if (got === null) return { path, kind: "missing", fields: [], wanted, got };
  const fields = differingFields(
    comparableEntry(wanted, { hash: sides.wanted.comparable.get(path), link: sides.groups.wanted.get(path) }),
    comparableEntry(got, { hash: sides.got.comparable.get(path), link: sides.groups.got.get(path) }),
  );
  return fields.length === 0 ? null : { path, kind: "different", fields, wanted, got };
}

interface Judged {
  /** The hash with host names replaced. */
  readonly hash: string | undefined;
  /** All names of the file. */
  readonly link: string | undefined;
}

function comparableEntry(entry: Entry, judged: Judged): Entry {
  if (judged.hash === undefined && judged.link === undefined && entry.hardLink === undefined) return entry;
  const { hardLink: _first, ...rest } = entry;
  const hashed = judged.hash === undefined ? rest : { ...rest, hash: judged.hash };
  return judged.link === undefined ? hashed : { ...hashed, hardLink: judged.link };
}

/** Path to all names of its file as one text, for files of several names. */
interface LinkGroups {
  readonly wanted: ReadonlyMap<string, string>;
  readonly got: ReadonlyMap<string, string>;
}

function linkGroups(wanted: ExportedTree, got: ExportedTree, patterns: readonly string[]): LinkGroups {
  return { wanted: groupsOf(wanted.entries, patterns), got: groupsOf(got.entries, patterns) };
}

/** Names that are noise do not count: a file may have one more of them. */
function groupsOf(entries: ReadonlyMap<string, Entry>, patterns: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string[]>();
  for (const [path, { hardLink }] of entries) {
    if (hardLink !== undefined) names.set(hardLink, [...(names.get(hardLink) ?? [hardLink]), path]);
  }
  const groups = new Map<string, string>();
  for (const group of names.values()) {
    const counted = group.filter((path) => noiseOf(path, patterns) === null).sort();
    if (counted.length > 1) for (const path of counted) groups.set(path, counted.join("\0"));
  }
  return groups;
}
