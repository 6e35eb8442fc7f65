import { createHash } from "node:crypto";
import { join } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { listFolder, readTextIfThere, removeTree, writeFileAtomically } from "../../system/file/files.ts";
import { isOfEndedProcess } from "../../system/process/process-name.ts";
import { makePrivateFolder, stateFolder } from "../../system/store/state-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A mount of this user's that has a process of its own. */
export interface BookedMount {
  readonly folder: string;
  readonly container: string;
  readonly pid: number;
  /** What tells the process from others with its number (see `processName`). */
  readonly process: string;
}

/** Where the mounts are noted, each under a name made of its folder. */
export function mountBook(env: Environment): { readonly folder: string; note(folder: string): string; log(folder: string): string } {
  const book = join(stateFolder(env), "mounts");
  const nameOf = (folder: string): string => createHash("sha256").update(folder).digest("hex").slice(0, 24);
  return { folder: book, note: (folder) => join(book, `${nameOf(folder)}.json`), log: (folder) => join(book, `${nameOf(folder)}.log`) };
}

/** Notes a mount for the verbs that look for it. */
export async function bookMount(env: Environment, mount: BookedMount): Promise<void> {
  const book = mountBook(env);
  await makePrivateFolder(book.folder);
  await writeFileAtomically(book.note(mount.folder), `${JSON.stringify(mount)}\n`, 0o600);
}

export async function unbookMount(env: Environment, folder: string): Promise<void> {
  const book = mountBook(env);
  await removeTree(book.note(folder));
  await removeTree(book.log(folder));
}

/** The mount that is noted for a folder, whose process runs; null when there is none. */
export async function findMount(env: Environment, folder: string): Promise<BookedMount | null> {
  const mount = readMount(await readTextIfThere(mountBook(env).note(folder)));
  return mount === null || isOfEndedProcess(mount.process) ? null : mount;
}

/** All mounts that are noted, with those whose process has ended. */
export async function listMounts(env: Environment): Promise<readonly { readonly mount: BookedMount; readonly hasEnded: boolean }[]> {
  const book = mountBook(env);
  const names = (await listFolder(book.folder)).filter((name) => name.endsWith(".json"));
  const mounts = await Promise.all(names.map(async (name) => readMount(await readTextIfThere(join(book.folder, name)))));
  return mounts.flatMap((mount) => (mount === null ? [] : [{ mount, hasEnded: isOfEndedProcess(mount.process) }]));
}

function readMount(text: string | null): BookedMount | null {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return null;
  const word = (name: string): string => String(Reflect.get(value, name));
  return { folder: word("folder"), container: word("container"), pid: Number(word("pid")), process: word("process") };
}

/** Nothing of cooper's is mounted at that folder. */
export function notMounted(folder: string): CooperError {
  return new CooperError("not-mounted", `No container is mounted at ${folder}.`, {
    hint: "`cooper dev unmount` without a folder lists the mounts.",
    where: { file: folder },
    exit: EXIT.cooperFailed,
  });
}
