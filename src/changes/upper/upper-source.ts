import type { Clock } from "../../base/clock.ts";
import type { Finding } from "../../base/finding.ts";
import { changeKind } from "../../format/tree/entry-fields.ts";
import type { Entry, Tree } from "../../format/tree/entry.ts";
import { type DirectoryHandle, inParent, readFileBelow } from "../../system/file/no-follow.ts";
import { isBelowOne } from "../below.ts";
import type { ChangeSource, RawChange, ResolveContext, Resolved } from "../change-source.ts";
import type { UpperPlace } from "./find-upper.ts";
import { OpenFolders } from "./open-folders.ts";
import { type UpperNode, type UpperScan, UpperScanner } from "./scan-upper.ts";
import { startTurn } from "./turn.ts";
import { UpperReader } from "./upper-reader.ts";
import { VisibleTree } from "./visible-tree.ts";

/** Data bases of package managers are the largest files that are read whole. */
const SMALL_FILE = 256 * 1024 * 1024;
export interface UpperSourceParts {
  readonly place: UpperPlace;
  readonly image: Tree;
  /** All that was there at the last look; the observer brings it up to date with what `resolve` gives. */
  readonly present: ReadonlyMap<string, Entry>;
  readonly clock: Clock;
}

/** Finds changes in the upper directory of an overlay on this machine. */
export class UpperSource implements ChangeSource {
  readonly isWeak = false;
  readonly #parts: UpperSourceParts;
  readonly #scanner: UpperScanner;
  readonly #visible: VisibleTree;
  #scan: UpperScan = { nodes: new Map(), touched: [], rechecked: new Set(), vanished: [] };
  #candidates: ReadonlySet<string> = new Set();
  #isFirst = true;

  constructor(parts: UpperSourceParts) {
    this.#parts = parts;
    const { upper, mountPoints } = parts.place;
    this.#scanner = new UpperScanner(upper, mountPoints, (path) => parts.image.has(path));
    this.#visible = new VisibleTree(parts.image, (path) => withMerged(parts.place, (merged) => namesIn(merged, path)));
  }

  async scan(): Promise<ReadonlySet<string>> {
    this.#scan = await this.#scanner.scan(this.#parts.clock());
    const reshaped = this.#visible.update(this.#scan);
    const candidates = new Set([...this.#scan.touched.filter((path) => this.#scan.nodes.has(path)), ...this.#scan.vanished]);
    for (const path of this.#affectedBy(reshaped)) candidates.add(path);
    this.#isFirst = false;
    this.#candidates = candidates;
    return candidates;
  }

  isRechecked(path: string): boolean {
    return this.#scan.rechecked.has(path);
  }

  /** Known paths below directories of which other parts are to be seen; at the first look all known paths. */
  #affectedBy(reshaped: ReadonlySet<string>): Iterable<string> {
    if (this.#isFirst) return new Set([...this.#parts.present.keys(), ...this.#parts.image.keys()]);
    const directories = new Set([...reshaped].filter((path) => this.#parts.present.get(path)?.type === "directory"));
    if (directories.size === 0) return [];
    return [...this.#parts.present.keys()].filter((path) => isBelowOne(path, directories));
  }

  async resolve(context: ResolveContext): Promise<Resolved> {
    const folders = new OpenFolders(this.#parts.place.upper);
    try {
      return await this.#resolve(context, new UpperReader(this.#parts.place, folders, context.keeper));
    } finally {
      folders.close();
    }
  }

  async #resolve(context: ResolveContext, reader: UpperReader): Promise<Resolved> {
    const changes: RawChange[] = [];
    const unexplained: string[] = [];
    const findings: Finding[] = [];
    const firstNames = firstNamesOf(this.#scan.nodes);
    const touched = new Set(this.#scan.touched);
    const turn = startTurn();
    for (const path of [...this.#candidates].sort()) {
      if (turn.isOver()) await turn.next();
      const before = this.#parts.present.get(path) ?? null;
      const node = this.#scan.nodes.get(path);
      const isRead = node !== undefined && !node.isWhiteout && (touched.has(path) || before === null);
      const read = isRead ? reader.read(contextOf(path, before, context)) : null;
      const after = isRead ? withFirstName(read?.entry ?? null, path, firstNames) : this.#unread(path, before);
      const change = { path, before, after, changedAt: changedAtOf(after, node), kept: read?.content?.kept ?? false };
      if (changeKind(before, withXattrsOf(before, after)) !== null) changes.push(change);
      else if (isRead && after?.type === "file" && !this.#scan.rechecked.has(path)) unexplained.push(path);
      findings.push(...(read?.content?.findings ?? []));
    }
    return { changes, unexplained, findings };
  }

  #unread(path: string, before: Entry | null): Entry | null {
    const node = this.#scan.nodes.get(path);
    if (node === undefined) return this.#visible.imageEntry(path);
    return node.isWhiteout ? null : before;
  }

  async hasNews(): Promise<boolean> {
    return await this.#scanner.hasNews(this.#parts.clock());
  }

  async readFile(path: string): Promise<Buffer | null> {
    const { place } = this.#parts;
    return readFileBelow(place.upper, path, SMALL_FILE) ?? withMerged(place, (merged) => readFileBelow(merged, path, SMALL_FILE));
  }

  readLink(path: string): string | null {
    const node = this.#scan.nodes.get(path);
    if (node === undefined) return this.#visible.imageEntry(path)?.link ?? null;
    return node.stat.type === "symlink" ? inParent(this.#parts.place.upper, path, (parent, name) => parent.readLink(name)) : null;
  }

  changedAt(path: string): number {
    return Math.round(this.#scan.nodes.get(path)?.stat.changedAt ?? 0);
  }

  close(): void {
    this.#parts.place.upper.close();
  }
}

function contextOf(
  path: string,
  before: Entry | null,
  context: ResolveContext,
): { path: string; isOfPackage: boolean; hashBefore: string | undefined } {
  return { path, isOfPackage: context.isOfPackage(path), hashBefore: before?.hash };
}

/** Extended attributes are not read here, so that they must not count as a difference yet. */
function withXattrsOf(before: Entry | null, after: Entry | null): Entry | null {
  return before?.xattrs === undefined || after === null ? after : { ...after, xattrs: before.xattrs };
}

function withFirstName(entry: Entry | null, path: string, firstNames: ReadonlyMap<string, string>): Entry | null {
  const first = firstNames.get(path);
  return entry === null || first === undefined || first === path ? entry : { ...entry, hardLink: first };
}

function changedAtOf(after: Entry | null, node: UpperNode | undefined): number {
  return after === null || node === undefined ? 0 : Math.round(node.stat.changedAt);
}

/** Path to the first name of its file, for files with several names in the upper directory. */
function firstNamesOf(nodes: ReadonlyMap<string, UpperNode>): ReadonlyMap<string, string> {
  const names = new Map<number, string[]>();
  for (const [path, { stat }] of nodes) {
    if (stat.type === "file" && stat.links > 1) names.set(stat.inode, [...(names.get(stat.inode) ?? []), path]);
  }
  const first = new Map<string, string>();
  for (const group of names.values()) {
    const [least] = group.sort();
    if (least !== undefined && group.length > 1) for (const path of group) first.set(path, least);
  }
  return first;
}

function withMerged<T>(place: UpperPlace, use: (merged: DirectoryHandle) => T | null): T | null {
  const merged = place.openMerged();
  if (merged === null) return null;
  try {
    return use(merged);
  } finally {
    merged.close();
  }
}

function namesIn(root: DirectoryHandle, path: string): ReadonlySet<string> | null {
  return inParent(root, path, (parent, name) => {
    const directory = parent.directory(name);
    if (directory === null) return null;
    try {
      return new Set(directory.list());
    } finally {
      directory.close();
    }
  });
}
