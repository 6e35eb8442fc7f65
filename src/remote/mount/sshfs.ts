import { setTimeout as delay } from "node:timers/promises";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { pathExists } from "../../system/file/files.ts";
import { isDeadMount, makeMountPoint, mountAt } from "../../system/file/mount-state.ts";
import { runProcess, spawnStream, type StreamProcess } from "../../system/process/process.ts";
import { KERNEL_MEMORY } from "./kernel-memory.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface SshfsRequest {
  readonly folder: string;
  readonly name: string;
  readonly env: Environment;
}

/** The mounting program, which asks for files on its standard output and is answered on its standard input. */
export interface Sshfs {
  readonly process: StreamProcess;
  /** Resolves with what it complained of, once it has ended. */
  readonly ended: Promise<string>;
}

const LOOK_EVERY_MS = 15;
const MOUNTED_WITHIN_MS = 30_000;
const UNMOUNTED_WITHIN_MS = 10_000;

/** Looks whether sshfs and FUSE are there, and which options this sshfs knows; throws `sshfs-missing`, `fuse-missing`. */
export async function findSshfs(env: Environment): Promise<ReadonlySet<string>> {
  if (!(await pathExists("/dev/fuse"))) {
    throw new CooperError("fuse-missing", "This machine has no /dev/fuse: nothing can be mounted.", {
      hint: "Load the kernel's module (`sudo modprobe fuse`); in a container, give it the device (`--device /dev/fuse --cap-add SYS_ADMIN`).",
      exit: EXIT.cooperFailed,
    });
  }
  const help = await runProcess(["sshfs", "--help"], { env }).catch((cause: unknown) => {
    throw new CooperError("sshfs-missing", "The program sshfs, which mounts the container's files, is not installed.", {
      hint: "Install it: `sudo apt-get install sshfs` (Debian, Ubuntu), `sudo dnf install fuse-sshfs` (Fedora), `sudo apk add sshfs` (Alpine).",
      exit: EXIT.cooperFailed,
      cause,
    });
  });
  return new Set(`${help.stdout.toString()}\n${help.stderr.toString()}`.match(/(?<=-o )\w+/gu));
}

/** Starts sshfs for a folder that was freed before; `answer` is to be joined before it is awaited. */
export function startSshfs({ folder, name, env }: SshfsRequest, known: ReadonlySet<string>): Sshfs {
  // An sshfs that contains links refuses all absolute ones: they are clamped before it sees them.
  const options = [
    known.has("passive") ? "passive" : "slave",
    ...(known.has("contain_symlinks") || known.has("no_contain_symlinks") ? ["no_contain_symlinks"] : []),
    known.has("dir_cache") ? "dir_cache=no" : "cache=no",
    `entry_timeout=${KERNEL_MEMORY}`,
    `attr_timeout=${KERNEL_MEMORY}`,
    "idmap=user",
    // A folder of an image's layer cannot be renamed (EXDEV), which SFTP cannot say: told so, programs copy and remove it instead.
    ...(known.has("workaround") ? ["workaround=renamexdev"] : []),
    `fsname=cooper:${name.replaceAll(/[^\w.-]/gu, "-")}`,
  ];
  const process = spawnStream(["sshfs", "-f", "-o", options.join(","), "cooper:/", folder], { env });
  let complaint = "";
  process.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)));
  const ended = process.exit.then(
    () => complaint.trim(),
    (error: Error) => error.message,
  );
  return { process, ended };
}

/** Waits until the folder is mounted; throws `mount-failed` with what sshfs says. */
export async function waitMounted(folder: string, sshfs: Sshfs): Promise<void> {
  const deadline = Date.now() + MOUNTED_WITHIN_MS;
  const isMounted = async (): Promise<boolean> => (await mountAt(folder))?.type.startsWith("fuse") === true;
  const ended = sshfs.ended.then((complaint) => ({ complaint }));
  while (!(await isMounted())) {
    const end = await Promise.race([ended, delay(LOOK_EVERY_MS, null, { ref: false })]);
    if (end !== null) throw mountFailed(folder, end.complaint);
    if (Date.now() > deadline) throw mountFailed(folder, "sshfs did not mount it in time");
  }
}

function mountFailed(folder: string, complaint: string): CooperError {
  return new CooperError("mount-failed", `${folder} could not be mounted: ${complaint === "" ? "sshfs ended" : complaint}`, {
    hint: "`sshfs --version` and `ls -l /dev/fuse` tell whether this user may mount; a user other than root needs fusermount3 (package fuse3).",
    exit: EXIT.cooperFailed,
    where: { file: folder },
  });
}

/** Makes the folder ready to be mounted at: makes it, and clears a dead mount away; throws `mount-folder-taken`. */
export async function freeFolder(folder: string, env: Environment): Promise<void> {
  const mounted = await mountAt(folder);
  if (mounted !== null) {
    if (!mounted.type.startsWith("fuse") || !(await isDeadMount(folder))) throw folderTaken(folder, `${mounted.source} is mounted there`);
    await detach(folder, env);
  }
  const inTheWay = await makeMountPoint(folder);
  if (inTheWay !== null) throw folderTaken(folder, inTheWay);
}

function folderTaken(folder: string, why: string): CooperError {
  return new CooperError("mount-folder-taken", `Nothing can be mounted at ${folder}: ${why}.`, {
    hint: "Name an empty folder, or one that is not there yet; `cooper dev unmount FOLDER` ends a mount of cooper's.",
    where: { file: folder },
    exit: EXIT.cooperFailed,
  });
}

/** Takes the mount away: at once where nobody uses it, else as soon as its last user has gone. Nothing mounted is fine. */
export async function detach(folder: string, env: Environment): Promise<void> {
  const ways = [
    ["fusermount3", "-u", folder],
    ["fusermount3", "-u", "-z", folder],
    ["fusermount", "-u", "-z", folder],
    ["umount", "-l", folder],
  ];
  for (const way of ways) {
    if ((await mountAt(folder)) === null) return;
    await runProcess(way, { env, timeoutMs: UNMOUNTED_WITHIN_MS }).catch(() => undefined);
  }
}
