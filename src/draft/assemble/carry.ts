import { quoteWord } from "../../format/shell/quote.ts";
import type { Entry } from "../../format/tree/entry.ts";
import { isUtf8Path } from "../../format/tree/path-bytes.ts";
import { modeText } from "../../format/tree/mode-text.ts";
import type { CarriedPath } from "../model.ts";
import type { CarryAction, Origin, RunAction } from "../rewrite/action.ts";
import { NO_NEEDS } from "../rewrite/action.ts";

/** Files to bring by COPY, of one owner. */
export interface CopyPart extends Origin {
  readonly kind: "copy";
  readonly files: readonly CopiedFile[];
}

export interface CopiedFile {
  readonly path: string;
  readonly entry: Entry;
}

/** What is at a path of the image before an action, as far as is known. */
export type LookUp = (path: string) => Entry | null;

/**
 * A carry as commands and copies: what must be away or there first, the files, then what COPY cannot set. `lookUpLast` tells what is at a path
 * in the end.
 */
export function planCarry(action: CarryAction, lookUp: LookUp, lookUpLast: LookUp): (RunAction | CopyPart)[] {
  const paths = withoutCovered(action.paths).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const files = paths.flatMap(({ path, entry, isThere }) => (isThere !== true && isCopied(entry) ? [{ path, entry }] : []));
  const isRoots = (entry: Entry): boolean => entry.uid === 0 && entry.gid === 0;
  const made = new Set(files.filter(({ entry }) => isRoots(entry)).flatMap(({ path }) => parentsOf(path)));
  // With --chown the folders that COPY makes get that owner too.
  for (const { path, entry } of files) if (!isRoots(entry)) for (const parent of parentsOf(path)) made.delete(parent);
  const inherited = inheritedBits(paths, lookUp, lookUpLast);
  const first = paths
    .map((carried) => ({ carried, present: carried.was === undefined ? lookUp(carried.path) : carried.was, bits: inherited(carried.path) }))
    .filter(({ carried: { path, entry }, present, bits }) => !(made.has(path) && isPlainFolder(entry) && present === null && bits === 0))
    .flatMap(({ carried, present, bits }) => commandsBefore(carried, { present, bits }));
  const last = paths.flatMap(commandsAfter);
  const origin = { steps: action.steps, why: action.why, comments: [], isRepair: action.isRepair };
  const parts: (RunAction | CopyPart)[] = [];
  if (first.length > 0) parts.push(asRun(origin, first));
  if (files.length > 0) parts.push({ kind: "copy", ...origin, files });
  if (last.length > 0) parts.push(asRun(origin, last));
  return parts.map((part, index) => (index === 0 ? { ...part, comments: action.comments } : part));
}

/** A deleted folder takes all that is in it along. */
function withoutCovered(paths: readonly CarriedPath[]): CarriedPath[] {
  const gone = new Set(paths.filter(({ entry }) => entry === null).map(({ path }) => path));
  return paths.filter(({ path, entry }) => entry !== null || !parentsOf(path).some((parent) => gone.has(parent)));
}

/** The folders above a path, the nearest last; "/" is left out. */
export function parentsOf(path: string): string[] {
  const names = path.split("/").slice(1, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}

function isCopied(entry: Entry | null): entry is Entry {
  return entry?.type === "file" && entry.hardLink === undefined && entry.hash !== undefined;
}

/** COPY loses extended attributes (file capabilities) and cannot say names that are no text; ADD of an archive keeps them. */
export function isArchived({ path, entry: { xattrs } }: CopiedFile): boolean {
  return Object.keys(xattrs ?? {}).length > 0 || !isUtf8Path(path);
}

/** The set-ID bits that a folder may have before its mode is set: its own, or that of the folder it is made in. */
function inheritedBits(paths: readonly CarriedPath[], lookUp: LookUp, lookUpLast: LookUp): (path: string) => number {
  const carried = new Map(paths.map(({ path, entry }) => [path, entry]));
  const present = new Map(paths.map(({ path, was }) => [path, was]));
  return (path) => {
    const was = present.get(path);
    const own = was === undefined ? lookUp(path) : was;
    const parent = parentsOf(path).at(-1) ?? "/";
    const above = carried.get(parent) ?? lookUpLast(parent);
    return ((own?.type === "directory" ? own.mode : 0) & 0o6000) | ((above?.mode ?? 0) & 0o2000);
  };
}

interface Before {
  readonly present: Entry | null;
  /** Set-ID bits that the folder has by itself. */
  readonly bits: number;
}

function commandsBefore({ path, entry }: CarriedPath, { present, bits }: Before): string[] {
  const word = quoteWord(path);
  if (entry === null) return [present === null || present.type === "directory" ? `rm -rf ${word}` : `rm -f ${word}`];
  const isReplaced = present !== null && present.type !== entry.type;
  const removal = isReplaced ? [`rm -rf ${word}`] : [];
  return entry.type === "directory" ? [...removal, folderCommand(word, entry, { present, bits })] : removal;
}

/** A folder as COPY makes it above a file. */
function isPlainFolder(entry: Entry | null): boolean {
  return entry?.type === "directory" && entry.mode === 0o755 && entry.uid === 0 && entry.gid === 0;
}

function folderCommand(word: string, entry: Entry, { present, bits }: Before): string {
  // `install -d` sets the mode of a folder that is there, but not its owner.
  const isRoots = entry.uid === 0 && entry.gid === 0 && (present === null || (present.uid === 0 && present.gid === 0));
  if (bits === 0 && isRoots && isPlainFolder(entry)) return `install -d ${word}`;
  const owner = bits === 0 && isRoots ? "" : ` -o ${entry.uid} -g ${entry.gid}`;
  // A mode of four digits leaves a folder its set-ID bits.
  const clearing = (bits & ~entry.mode) === 0 ? "" : "0";
  return `install -d -m ${clearing}${modeText(entry.mode)}${owner} ${word}`;
}

/** COPY loses set-uid bits and follows what it finds; the rest is made by commands. */
function commandsAfter({ path, entry, isThere }: CarriedPath): string[] {
  const word = quoteWord(path);
  if (entry !== null && isThere === true) return [`chown ${entry.uid}:${entry.gid} ${word}`, `chmod ${modeText(entry.mode)} ${word}`];
  if (entry === null || entry.type === "directory" || entry.type === "socket") return [];
  if (entry.type === "symlink") {
    const isRoot = entry.uid === 0 && entry.gid === 0;
    const link = `ln -sfn ${quoteWord(entry.link ?? "")} ${word}`;
    return isRoot ? [link] : [link, `chown -h ${entry.uid}:${entry.gid} ${word}`];
  }
  if (entry.hardLink !== undefined) return [`ln -f ${quoteWord(entry.hardLink)} ${word}`];
  if (entry.type === "file")
    return (entry.mode & 0o7000) === 0 || isArchived({ path, entry }) ? [] : [`chmod ${modeText(entry.mode)} ${word}`];
  return [specialFile(word, entry), `chmod ${modeText(entry.mode)} ${word}`, `chown ${entry.uid}:${entry.gid} ${word}`];
}

function specialFile(word: string, entry: Entry): string {
  if (entry.type === "fifo") return `mkfifo ${word}`;
  const [major, minor] = entry.device ?? [0, 0];
  return `mknod ${word} ${entry.type === "char" ? "c" : "b"} ${major} ${minor}`;
}

/** Commands of our own: they need nothing of a shell and run as root. */
export function asRun(origin: Origin, commands: readonly string[]): RunAction {
  return {
    kind: "run",
    ...origin,
    user: "root",
    home: "/root",
    shell: "any",
    command: joinSame(commands).join(" &&\n"),
    canFail: false,
    exports: {},
    needs: { ...NO_NEEDS, umask: "0022" },
    change: {},
    before: [],
    packages: [],
    made: [],
    removed: [],
    isRefreshed: false,
    together: null,
    secrets: [],
  };
}

/** Neighbours that differ in their last word only (`rm -f a`, `rm -f b`) become one command. */
function joinSame(commands: readonly string[]): string[] {
  const joined: { head: string; words: string[] }[] = [];
  for (const command of commands) {
    const match = /^((?:rm -rf|rm -f|install -d(?: -[mog] \d+)*|chmod \d+|chown(?: -h)? \d+:\d+)) (.+)$/s.exec(command);
    const [head, word] = [match?.[1] ?? command, match?.[2]];
    const last = joined.at(-1);
    if (word !== undefined && last?.head === head) last.words.push(word);
    else joined.push({ head, words: word === undefined ? [] : [word] });
  }
  return joined.map(({ head, words }) => [head, ...words].join(" "));
}
