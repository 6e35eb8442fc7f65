import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { listFolder } from "../../system/file/files.ts";
import { stateFolder } from "../../system/store/state-folder.ts";
import { readSession, type Session } from "./session-record.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Names the session of a shell that has sourced its script. */
export const SESSION_VARIABLE = "COOPER_SESSION";

export interface SessionPlace {
  readonly env: Environment;
  readonly cwd: string;
  /** A name or a unique prefix of one, or a session's folder. */
  readonly name?: string | undefined;
}

/** The folder below which all sessions of this user are kept. */
export function sessionsFolder(env: Environment): string {
  return join(stateFolder(env), "sessions");
}

/** All sessions of this user, by name. */
export async function listSessions(env: Environment): Promise<readonly Session[]> {
  const root = sessionsFolder(env);
  const read = await Promise.all((await listFolder(root)).map((name) => readSession(join(root, name))));
  return read.filter((session) => session !== null);
}

/** The session that is meant: by name, by the shell's variable, by the working folder, else the only one. Throws `session-unknown`, `session-ambiguous`, `no-session`. */
export async function findSession(place: SessionPlace): Promise<Session> {
  if (place.name !== undefined) return await namedSession(place, place.name);
  const folder = place.env[SESSION_VARIABLE] ?? "";
  if (folder !== "") return (await readSession(folder)) ?? gone(folder);
  const all = await listSessions(place.env);
  const around = deepest(all.filter(({ record }) => holds(record.workFolder, place.cwd)));
  if (around !== null) return around;
  const [first, ...others] = all;
  if (first === undefined) throw noSession();
  if (others.length > 0) throw ambiguous(all, "which session is meant is not told");
  return first;
}

/** The session whose folder, work folder or name this is; null where it is none. */
export async function sessionNamed(place: SessionPlace, text: string): Promise<Session | null> {
  if (text === "." || text.includes("/")) {
    const folder = resolve(place.cwd, text);
    // Elsewhere, below a mount for one, a stranger may have made what looks like a session.
    const own = dirname(folder) === sessionsFolder(place.env) ? await readSession(folder) : null;
    if (own !== null) return own;
    return deepest((await listSessions(place.env)).filter(({ record }) => holds(record.workFolder, folder)));
  }
  return null;
}

async function namedSession(place: SessionPlace, name: string): Promise<Session> {
  const byPath = await sessionNamed(place, name);
  if (byPath !== null) return byPath;
  const all = await listSessions(place.env);
  const exact = all.find(({ record }) => record.name === name);
  const found = exact === undefined ? all.filter(({ record }) => name.trim() !== "" && record.name.startsWith(name)) : [exact];
  if (found.length > 1) throw ambiguous(found, `"${name}" means several sessions`);
  return found[0] ?? unknown(name, all);
}

function deepest(sessions: readonly Session[]): Session | null {
  const sorted = sessions.toSorted((left, right) => right.record.workFolder.length - left.record.workFolder.length);
  const [first, second] = sorted;
  if (first === undefined) return null;
  if (second !== undefined && second.record.workFolder === first.record.workFolder)
    throw ambiguous(
      sorted.filter(({ record }) => record.workFolder === first.record.workFolder),
      "several sessions have this work folder",
    );
  return first;
}

/** True for a path that is the folder or below it. */
export function holds(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && !isAbsolute(way));
}

function gone(folder: string): never {
  throw new CooperError("session-unknown", `the session ${basename(folder)} that this shell uses is no more`, {
    hint: `Leave it (unset ${SESSION_VARIABLE}), or make it anew: . "$(cooper dev init ${basename(folder)})"`,
    exit: EXIT.usage,
  });
}

function unknown(name: string, all: readonly Session[]): never {
  const known = all.length === 0 ? "There is none yet" : `There are: ${all.map(({ record }) => record.name).join(", ")}`;
  throw new CooperError("session-unknown", `there is no session "${name}"`, {
    hint: `${known}. Make one: . "$(cooper dev init ${name})"`,
    exit: EXIT.usage,
  });
}

function noSession(): CooperError {
  return new CooperError("no-session", "there is no remote session", {
    hint: 'Make one: . "$(cooper dev init)" and then cooper dev attach CONTAINER, or cooper dev run IMAGE',
    exit: EXIT.usage,
  });
}

function ambiguous(sessions: readonly Session[], what: string): CooperError {
  return new CooperError("session-ambiguous", `${what}: ${sessions.map(({ record }) => record.name).join(", ")}`, {
    hint: `Source its script (. "$(cooper dev init NAME)"), or name it with --session NAME.`,
    exit: EXIT.usage,
  });
}
