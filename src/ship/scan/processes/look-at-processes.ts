import { parseCommandLine, parseProcessStatus } from "../../../format/proc/process-status.ts";
import { decodePath } from "../../../format/tree/path-bytes.ts";
import { inParent, openRoot } from "../../../system/file/no-follow.ts";
import { linksBehind, listFolder, pathTarget, readBytesSync } from "../../../system/process/proc.ts";
import type { RunningFact } from "../classify/finding.ts";
import type { InnerMount } from "../locate/locate.ts";

/** Tells whether the container's own layer has another file at a path than the image. */
export type IsOfLayer = (path: string) => boolean;

export interface ProcessFacts {
  /** Where this machine's processes are seen. */
  readonly proc: string;
  /** Numbers as this machine has them. */
  readonly pids: readonly number[];
  readonly mounts: readonly InnerMount[];
  readonly isOfLayer: IsOfLayer;
}

interface Process {
  readonly hostPid: number;
  /** Its folder in /proc. */
  readonly folder: string;
  readonly pid: number;
  readonly argv: readonly string[];
}

const DELETED = " (deleted)";
const INTERPRETER =
  /^(?:busybox|(?:ba|da|a|z|k|mk|c|tc|fi|y)?sh|python[\d.]*|pypy[\d.]*|perl[\d.]*|ruby[\d.]*|node(?:js)?|deno|bun|php[\d.]*|lua[\d.]*|tclsh[\d.]*|java|gawk|mawk|awk)$/;

/** What runs in a container that does not come from its image: programs, the code they have loaded, and the scripts that interpreters run. */
export function lookAtProcesses(facts: ProcessFacts): readonly RunningFact[] {
  return facts.pids.flatMap((hostPid) => {
    const status = parseProcessStatus(readBytesSync(`${facts.proc}/${hostPid}/status`)?.toString("latin1") ?? "");
    if (status === null || status.isZombie) return [];
    const argv = parseCommandLine(readBytesSync(`${facts.proc}/${hostPid}/cmdline`) ?? Buffer.alloc(0));
    return factsOf({ hostPid, folder: `${facts.proc}/${hostPid}`, pid: status.innerPid, argv }, facts);
  });
}

function factsOf(process: Process, facts: ProcessFacts): readonly RunningFact[] {
  const exe = pathTarget(`${process.folder}/exe`);
  if (exe === null) return [];
  const found = factOfProgram(process, exe, facts);
  return [...(found === null ? [] : [found]), ...factsOfScript(process, exe, facts), ...factsOfLibraries(process, exe, facts)];
}

function factOfProgram(process: Process, exe: string, { mounts, isOfLayer }: ProcessFacts): RunningFact | null {
  const fact = (rule: string, path: string, detail: string): RunningFact => ({ rule, path, ...whoOf(process), detail });
  if (exe.startsWith("/memfd:")) return fact("runs-deleted", exe, "runs from memory that has no file");
  const isUnlinked = exe.endsWith(DELETED) && (linksBehind(`${process.folder}/exe`) === 0 || !isOfLayer(exe));
  if (isUnlinked) return fact("runs-deleted", exe.slice(0, -DELETED.length), "runs from a file that was deleted");
  const mount = mountOf(exe, mounts);
  if (mount !== null) return mount.type === "tmpfs" ? fact("runs-from-memory", exe, `runs from ${mount.path}`) : null;
  return isOfLayer(exe) ? fact("runs-from-layer", exe, "runs") : null;
}

function factsOfScript(process: Process, exe: string, { mounts, isOfLayer }: ProcessFacts): readonly RunningFact[] {
  if (!INTERPRETER.test(exe.slice(exe.lastIndexOf("/") + 1).replace(DELETED, ""))) return [];
  const script = process.argv.slice(1).find((argument) => !argument.startsWith("-") && argument !== "");
  if (script === undefined || script.length > 4096) return [];
  const path = absolute(script, pathTarget(`${process.folder}/cwd`) ?? "/");
  const mount = mountOf(path, mounts);
  if (mount === null ? isOfLayer(path) : mount.type === "tmpfs" && isFileBelow(`${process.folder}/root`, path)) {
    return [{ rule: "runs-script", path, ...whoOf(process), detail: `is run by ${exe}` }];
  }
  if (!holdsDeleted(process, path)) return [];
  return [{ rule: "runs-deleted", path, ...whoOf(process), detail: `is run by ${exe} from a file that was deleted` }];
}

function factsOfLibraries(process: Process, exe: string, { mounts, isOfLayer }: ProcessFacts): readonly RunningFact[] {
  const paths = new Set<string>();
  for (const line of decodePath(readBytesSync(`${process.folder}/maps`) ?? Buffer.alloc(0)).split("\n")) {
    const [, permissions = "", path = ""] = /^\S+ (\S+) \S+ \S+ \S+\s+(\/.*)$/.exec(line) ?? [];
    if (permissions.includes("x")) paths.add(path.replaceAll(String.raw`\012`, "\n"));
  }
  paths.delete(exe);
  return [...paths].flatMap((path) => {
    if (/^\/(?:memfd:|dev\/(?!shm\/)|SYSV|anon_hugepage)/.test(path) || path.startsWith("/[")) return [];
    const isUnlinked = path.endsWith(DELETED) && !isOfLayer(path);
    const plain = isUnlinked ? path.slice(0, -DELETED.length) : path;
    const mount = mountOf(plain, mounts);
    const isForeign = mount === null ? isUnlinked || isOfLayer(plain) : mount.type === "tmpfs";
    if (!isForeign) return [];
    return [{ rule: "runs-library", path: plain, ...whoOf(process), detail: isUnlinked ? "is loaded, and was deleted" : "is loaded" }];
  });
}

function whoOf({ pid, hostPid, argv }: Process): Pick<RunningFact, "pid" | "hostPid" | "argv"> {
  return { pid, hostPid, argv };
}

/** An interpreter that reads on holds its script open; the kernel tells of a name that is gone. */
function holdsDeleted({ folder }: Process, path: string): boolean {
  return listFolder(`${folder}/fd`).some(({ name }) => pathTarget(`${folder}/fd/${name}`) === path + DELETED);
}

function isFileBelow(root: string, path: string): boolean {
  const folder = openRoot(root);
  if (folder === null) return false;
  try {
    return inParent(folder, path, (parent, name) => parent.stat(name)?.type === "file") === true;
  } finally {
    folder.close();
  }
}

/** The mount that a path is on; null for the container's own file system. */
function mountOf(path: string, mounts: readonly InnerMount[]): InnerMount | null {
  let found: InnerMount | null = null;
  for (const mount of mounts) {
    const isAbove = path === mount.path || path.startsWith(`${mount.path}/`);
    if (isAbove && mount.path.length >= (found?.path.length ?? 0)) found = mount;
  }
  return found;
}

function absolute(path: string, folder: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}
