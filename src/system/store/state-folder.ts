import { chmod, lstat, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { CooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Path of this user's state: `$XDG_STATE_HOME/cooper`, else `~/.local/state/cooper`. A relative XDG path is ignored, as its specification asks. */
export function stateFolder(env: Environment): string {
  const state = env["XDG_STATE_HOME"] ?? "";
  if (isAbsolute(state)) return join(state, "cooper");
  const home = env["HOME"] ?? "";
  return join(isAbsolute(home) ? home : homedir(), ".local", "state", "cooper");
}

/** Path of the state that is one machine's rather than one user's: `/var/lib/cooper` for root, else this user's own. */
export function machineStateFolder(env: Environment): string {
  return process.getuid?.() === 0 ? "/var/lib/cooper" : stateFolder(env);
}

/** Makes a folder that only its owner can enter (0700), with all above it; throws `state-not-writable`. */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o700);
  } catch (error) {
    throw new CooperError("state-not-writable", `The folder ${path} cannot be made: ${messageOf(error)}`, {
      hint: "Make room or give yourself the right to write there, or set XDG_STATE_HOME to another folder.",
      exit: EXIT.usage,
      cause: error,
    });
  }
}

/** Makes such a folder where everybody may make one; throws `folder-not-private` where another user has it. */
export async function makeOwnFolder(path: string): Promise<void> {
  await makePrivateFolder(path);
  if (await isOwnFolder(path)) return;
  throw new CooperError("folder-not-private", `The folder ${path} belongs to another user.`, {
    hint: "Have it removed, or use a shorter XDG_STATE_HOME: the session's socket is kept there then.",
    exit: EXIT.cooperFailed,
  });
}

/** False for a folder that is not there, or that another user could put something into. */
export async function isOwnFolder(path: string): Promise<boolean> {
  const at = await lstat(path).catch(() => null);
  return at !== null && at.isDirectory() && at.uid === process.geteuid?.() && (at.mode & 0o022) === 0;
}
