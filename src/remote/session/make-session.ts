import { basename, join } from "node:path";
import type { Clock, RandomHex } from "../../base/clock.ts";
import { CooperError } from "../../base/errors.ts";
import { parseHost } from "../../engine/endpoint/parse-host.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import type { EngineCommand } from "./engine-address.ts";
import { listSessions, sessionsFolder } from "./find-session.ts";
import { readSession, type Session, type SessionRecord, type SessionSettings, writeSession } from "./session-record.ts";
import { makeSocketPath } from "./session-socket.ts";

export interface NewSession {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absent: the session ends with its container, and is named after the folder. */
  readonly name: string | undefined;
  readonly workFolder: string;
  readonly host: string | undefined;
  /** The command of the engine. */
  readonly command: EngineCommand;
  readonly context: string | undefined;
  readonly user: string | undefined;
  readonly image: string | undefined;
  readonly buildFolder: string | undefined;
  readonly isMounted: boolean;
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** Makes a session, or gives the one of that name; throws `session-name-malformed`. */
export async function makeSession(wanted: NewSession): Promise<{ readonly session: Session; readonly isNew: boolean }> {
  const own = wanted.name === undefined ? await unnamedOf(wanted) : null;
  if (own !== null) return { session: own, isNew: false };
  const name = wanted.name ?? freeName(wanted);
  if (!NAME.test(name)) throw malformed(name);
  const folder = join(sessionsFolder(wanted.env), name);
  const known = await readSession(folder);
  if (known !== null) return { session: known, isNew: false };
  await makePrivateFolder(folder);
  return { session: await writeSession(folder, await newRecord(wanted, { name, folder })), isNew: true };
}

/** The session without a name of its own that this folder has already. */
async function unnamedOf({ env, workFolder }: NewSession): Promise<Session | null> {
  const all = await listSessions(env);
  return all.find(({ record }) => !record.persistent && record.workFolder === workFolder) ?? null;
}

async function newRecord(wanted: NewSession, { name, folder }: { readonly name: string; readonly folder: string }): Promise<SessionRecord> {
  const key = wanted.randomHex(16);
  return {
    version: 1,
    name,
    persistent: wanted.name !== undefined,
    workFolder: wanted.workFolder,
    engine: { host: addressOf(wanted.host, wanted.command), context: wanted.context ?? null },
    container: null,
    service: null,
    image: wanted.image ?? null,
    user: wanted.user ?? null,
    buildFolder: wanted.buildFolder ?? null,
    isMounted: wanted.isMounted,
    socket: await makeSocketPath(folder, key),
    key,
    settings: wanted.settings,
    createdAt: wanted.clock(),
  };
}

/** The address of an engine: `--host build1` is a machine that ssh knows, an address stays as it is; null for the engine that the docker command finds. Throws `host-malformed`. */
export function addressOf(host: string | undefined, command: EngineCommand): string | null {
  const address = fullAddress(host, command);
  if (address !== null) parseHost(address, null);
  return address;
}

function fullAddress(host: string | undefined, command: EngineCommand): string | null {
  const isNone = host === undefined || host === "";
  const address = isNone ? null : /^[a-z+]+:\/\//.test(host) ? host : `ssh://${host}`;
  if (command === "docker") return address;
  if (address === null) return `${command}://`;
  return address.startsWith("ssh://") ? `${command}+${address}` : address;
}

function freeName({ workFolder, randomHex }: NewSession): string {
  const word = basename(workFolder)
    .replaceAll(/[^A-Za-z0-9_.-]/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 40);
  return `${word === "" ? "session" : word}-${randomHex(3)}`;
}

function malformed(name: string): CooperError {
  return new CooperError("session-name-malformed", `a session cannot be named ${JSON.stringify(name)}`, {
    hint: "Use letters, digits, dots, dashes and underscores, at most 63, with a letter or a digit first.",
  });
}
