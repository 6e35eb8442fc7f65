import { randomBytes } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { quoteWord } from "../format/shell/quote.ts";
import { connectLocal } from "../system/network/local-socket.ts";
import { runProcess, spawnStream } from "../system/process/process.ts";
import type { Environment, SshPlace } from "./endpoint/endpoint.ts";
import { firstByte } from "./stream/first-byte.ts";
import type { Engine } from "./open-engine.ts";
import { makePassingFolder, removePassingFolder, SHARED } from "./passing-folder.ts";
import { saysLine, sshWay } from "./transport/ssh-stream.ts";

/** A folder of the engine's machine for a container of ours and this user alone: what listens on a socket there is reached past the engine. */
export interface SharedFolder {
  /** Its path there, to be bound into a container; anybody who gets there may write. */
  readonly path: string;
  /** Connects, once, to the socket in it, which greets with one byte; null where that does not come. The folder is gone then. */
  connect(): Promise<Duplex | null>;
  /** Ends what is connected, too. */
  close(): Promise<void>;
}

interface Way {
  readonly place: SshPlace;
  readonly control: string | undefined;
  readonly env: Environment;
}

const PREFIX = "cooper-";
const MADE = "cooper-made";
const MADE_WITHIN_MS = 20_000;
const GREETED_WITHIN_MS = 10_000;

/** Makes the folder, tells it among whatever a login prints, and takes it away with the first line or the end of the connection. */
function folderScript(folder: string): string {
  const keep = `mkdir ${folder}/s && chmod 777 ${folder}/s && echo ${MADE} && read -r line; rm -rf ${folder}; cat >/dev/null`;
  return `mkdir -m 700 ${folder} || exit 1; trap 'rm -rf ${folder}' EXIT; trap 'exit 1' HUP INT TERM; ${keep}`;
}

/** Makes such a folder, for a socket of that name; null where there is none to be had. */
export async function openSharedFolder(engine: Engine, name: string): Promise<SharedFolder | null> {
  const { endpoint, sshControl, env } = engine.channel.target;
  const place = endpoint.kind === "command" ? endpoint.ssh : endpoint.kind === "ssh" ? endpoint : null;
  if (place !== null) return await openThere({ place, control: sshControl, env }, name);
  return engine.isLocal ? await openHere(name) : null;
}

async function openHere(name: string): Promise<SharedFolder> {
  const folder = await makePassingFolder();
  const path = join(folder, SHARED);
  await mkdir(path);
  await chmod(path, 0o777);
  const close = (): Promise<void> => removePassingFolder(folder);
  return { path, connect: () => reach(join(path, name)).finally(close), close };
}

// The socket there is forwarded to one here, as long as the connection lasts that keeps the folder.
async function openThere({ place, control, env }: Way, name: string): Promise<SharedFolder | null> {
  const folder = `/tmp/${PREFIX}${randomBytes(12).toString("hex")}`;
  const here = await makePassingFolder();
  const local = join(here, name);
  const forward = ["-L", `${local}:${folder}/s/${name}`];
  const keeper = spawnStream([...sshWay(place, control, forward), "sh", "-c", quoteWord(folderScript(folder))], { env });
  const close = async (): Promise<void> => {
    keeper.stdin.end();
    if (control !== undefined) await runProcess(sshWay(place, control, ["-O", "cancel", ...forward]), { env }).catch(() => undefined);
    await removePassingFolder(here);
  };
  const gone = async (): Promise<void> => {
    keeper.stdin.write("\n");
    await removePassingFolder(here);
  };
  keeper.stderr.resume();
  if (await saysLine(keeper, MADE, MADE_WITHIN_MS)) return { path: `${folder}/s`, connect: () => reach(local).finally(gone), close };
  await close();
  return null;
}

async function reach(path: string): Promise<Duplex | null> {
  const socket = await connectLocal(path);
  return socket === null ? null : await greeted(socket);
}

/** The connection behind its greeting. */
async function greeted(stream: Duplex): Promise<Duplex | null> {
  if ((await firstByte(stream, GREETED_WITHIN_MS)) !== null) return stream;
  stream.destroy();
  return null;
}
