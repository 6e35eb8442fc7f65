import type { ShellCommand } from "../../../format/shell/commands.ts";
import type { Entry, PathChange } from "../../../format/tree/entry.ts";
import type { TimedStep } from "../../model.ts";
import { ACCOUNT_COMMANDS, OPAQUE } from "../../tables/commands.ts";
import { isSameEntry, isSameOwnership } from "../../timeline/same-entry.ts";
import { baseName, parentOf } from "../words/expand-word.ts";
import { isMadeAgain, isPackageDatabase } from "../../tables/volatile-paths.ts";
import { isNeverUsed, isVolatile } from "./matters.ts";
import { packageOfWant } from "../words/package-wants.ts";
import { pathsBelow } from "./path-log.ts";
import type { PathLog } from "./path-log.ts";
import { isSetOnly } from "../bring/set-only.ts";
import type { Work } from "./work.ts";

/** How much of a path's former state a Step needs to find again. */
export type NeedKind =
  | "same"
  /** The same, but for the mode and owner of a folder. */
  | "content"
  /** Type, mode and owner, whatever the content. */
  | "ownership"
  /** The same, or nothing where the Step itself makes it so; the content is written anew. */
  | "ownership-or-nothing"
  /** A folder to stand or write in. */
  | "folder"
  /** Something of that name. */
  | "presence";

export interface Need {
  readonly path: string;
  readonly kind: NeedKind;
}

/** Where programs are: name to the changed paths that are programs of that name. */
export type Programs = ReadonlyMap<string, readonly string[]>;

const PACKAGE_SETTINGS = ["/etc/apt", "/usr/share/keyrings", "/etc/apk", "/etc/yum.repos.d", "/etc/dnf", "/var/lib/dpkg/arch"];

/** Commands that take modes and owners along. */
const COPYING: ReadonlySet<string> = new Set(["cp", "mv", "tar", "rsync", "cpio", "install"]);

/** Where programs find libraries that no package manager of the system brought. */
const LIBRARIES = ["/usr/local"];

/** What a Step that runs again needs to find as it was. */
export function needsOfRun(work: Work, log: PathLog, programs: Programs): Need[] {
  const { words, changes } = work;
  const needs = changes.flatMap((change) => needsOfChange(change, work));
  const kind = [...words.names].some((name) => COPYING.has(name)) ? "same" : "content";
  const whole = (paths: readonly string[]): void => {
    for (const path of paths) if (!isNeverUsed(path)) needs.push({ path, kind });
  };
  needs.push({ path: work.timed.step.cwd, kind: "folder" });
  if (isForcedRemoval(work)) return needs;
  whole([...words.mentions].filter((path) => path !== "/" && !words.overwrites.has(path)));
  for (const folder of [...words.mentions, ...words.folders]) if (folder !== "/") whole(pathsBelow(log, folder));
  for (const name of words.names) whole(programs.get(baseName(name)) ?? []);
  if (usesAccounts(work)) whole(["/etc/passwd", "/etc/group"]);
  needs.push(...needsOfWants(work, log));
  if (work.hasPackages) for (const folder of PACKAGE_SETTINGS) whole([folder, ...pathsBelow(log, folder)]);
  else if (isOpaque(work, log, programs))
    whole([
      ...log.packages,
      ...[...LIBRARIES, work.timed.step.cwd].filter((path) => path !== "/").flatMap((path) => pathsBelow(log, path)),
    ]);
  return needs;
}

/** What a Step whose results are carried needs: the folders that its files go to, and the files of which it sets the mode alone. */
export function needsOfCarry(work: Work): Need[] {
  return work.changes.flatMap((change): Need[] => {
    const { path, after } = change;
    if (after === null) return [];
    const folder = { path: parentOf(path), kind: "folder" } as const;
    return isSetOnly(change) ? [folder, { path, kind: "same" }] : [folder];
  });
}

/** What is wanted of a package can be said of one that is there; and what a package manager does depends on it. */
function needsOfWants({ rank, hasPackages }: Work, log: PathLog): Need[] {
  const wants = hasPackages ? log.packages : (log.facts.get(rank) ?? []);
  return wants.flatMap((path): Need[] => {
    const name = packageOfWant(path);
    if (name === null) return [];
    return hasPackages ? [{ path, kind: "same" }] : [{ path: `package:apt/${name}`, kind: "presence" }];
  });
}

function needsOfChange(change: PathChange, work: Work): Need[] {
  const { path, before, after, kind } = change;
  if (isMadeAgain(path) || (isPackageDatabase(path) && work.hasPackages)) return [];
  const folder: Need[] = after === null ? [] : [{ path: parentOf(path), kind: "folder" }];
  if (isVolatile(path) && !work.words.mentions.has(path)) return folder;
  if (before === null) return [{ path, kind: "same" }, ...folder];
  if (after === null) return needsOfDeletion(path, work);
  if (before.type === "directory" || kind === "reowned" || kind === "remoded") return [{ path, kind: "ownership" }];
  if (work.words.overwrites.has(path)) return [{ path, kind: "ownership-or-nothing" }];
  return [{ path, kind: "same" }];
}

function needsOfDeletion(path: string, work: Work): Need[] {
  const removes = work.words.commands.filter(({ name }) => name === "rm" || name === "rmdir" || name === "unlink");
  if (work.hasPackages || removes.some(({ words }) => words.some(({ text }) => text === "--force" || /^-[a-zA-Z]*f/u.test(text))))
    return [];
  return [{ path, kind: removes.length > 0 ? "presence" : "same" }];
}

/** `rm -rf` takes away what is there, and is content with nothing. */
function isForcedRemoval({ words, hasPackages }: Work): boolean {
  const removes = (command: ShellCommand): boolean =>
    command.name === "rm" && command.words.some(({ text }) => /^(?:--force|-[a-zA-Z]*f[a-zA-Z]*)$/u.test(text));
  const isIdle = ({ name }: ShellCommand): boolean => /^(?:kill|sleep|wait|true)$/u.test(name ?? "");
  return !hasPackages && words.commands.some(removes) && words.commands.every((command) => removes(command) || isIdle(command));
}

function usesAccounts({ timed, words }: Work): boolean {
  return timed.step.identity.uid !== 0 || [...words.names].some((name) => ACCOUNT_COMMANDS.has(name));
}

/** Runs what may use anything installed: an interpreter, a build tool, a program that the user made. */
function isOpaque({ words }: Work, log: PathLog, programs: Programs): boolean {
  return [...words.names].some(
    (name) =>
      OPAQUE.has(baseName(name).replace(/[\d.]+$/u, "")) || OPAQUE.has(name) || name.startsWith(".") || isOwnProgram(name, log, programs),
  );
}

function isOwnProgram(name: string, log: PathLog, programs: Programs): boolean {
  const paths = name.startsWith("/") ? [name].filter((path) => log.writes.has(path)) : (programs.get(name) ?? []);
  return paths.some(
    (path) => path.startsWith("/usr/local/") || path.startsWith("/opt/") || path.startsWith("/home/") || path.startsWith("/root/"),
  );
}

/** True when what is there serves a Step as well as what was there when it was recorded. */
export function isMet(need: Need, states: { readonly recorded: Entry | null; readonly rebuilt: Entry | null }, timed: TimedStep): boolean {
  const { recorded, rebuilt } = states;
  switch (need.kind) {
    case "same":
      return isSameEntry(recorded, rebuilt);
    case "content":
      return isSameEntry(recorded, rebuilt) || (recorded?.type === "directory" && isFolderFor(recorded, rebuilt));
    case "ownership":
      return rebuilt !== null && recorded !== null && isSameOwnership(recorded, rebuilt) && recorded.hardLink === rebuilt.hardLink;
    case "ownership-or-nothing":
      return rebuilt === null ? isAsNew(recorded, timed) : recorded !== null && isSameOwnership(recorded, rebuilt);
    case "folder":
      return recorded === null || recorded.type === "symlink"
        ? isSameEntry(recorded, rebuilt) || recorded === null
        : isFolderFor(recorded, rebuilt);
    case "presence":
      return recorded?.type === rebuilt?.type;
  }
}

/** New entries take the group of a folder with set-group-ID. */
function isFolderFor(recorded: Entry, rebuilt: Entry | null): boolean {
  if (rebuilt?.type !== recorded.type) return false;
  const isInherited = ((recorded.mode | rebuilt.mode) & 0o2000) !== 0;
  return !isInherited || (recorded.gid === rebuilt.gid && recorded.mode === rebuilt.mode);
}

/** The file has the owner and mode that the Step gives to a file it makes. */
function isAsNew(recorded: Entry | null, { step }: TimedStep): boolean {
  if (recorded === null) return true;
  const mode = 0o666 & ~parseInt(step.umask, 8);
  return recorded.type === "file" && recorded.mode === mode && recorded.uid === step.identity.uid && recorded.gid === step.identity.gid;
}
