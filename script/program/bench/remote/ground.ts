import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { removeContainer, startContainer, type TestContainer } from "../../../../test/support/container.ts";
import { DelayLine } from "../../../../test/support/delay-line.ts";
import { testEngine } from "../../../../test/support/engine.ts";
import { outputOf } from "../../../../test/support/host-command.ts";
import { SshBench } from "../../../../test/support/ssh-server.ts";
import type { BenchPlace } from "../measure.ts";

/** One way; the link of the goals has 40 ms there and back. */
const DELAY_MS = 20;
const INSIDE_PORT = 2222;
const FOLDERS = 100;
const FILES_IN_FOLDER = 50;
const SMALL_FILES = 1_000;
const SMALL_BYTES = 4_096;
/** In the link's own milliseconds. */
export const ROUND_TRIP_MS = 2 * DELAY_MS;
export const BIG_MEGABYTES = 200;

const LOADERS: Readonly<Record<string, readonly [string, string]>> = {
  x64: ["x86_64-linux-gnu", "ld-linux-x86-64.so.2"],
  arm64: ["aarch64-linux-gnu", "ld-linux-aarch64.so.1"],
};

/**
 * A container, another one with an ssh server in it, and an ssh server before their engine. Machines that ssh knows: "near" and "away" have
 * the engine, the second one behind the slow link; "inside" and "inside-away" are the container with the server.
 */
export interface Ground {
  readonly box: TestContainer;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** 200 MB that do not get smaller. */
  readonly big: string;
  leave(): Promise<void>;
}

/** What a part of this bench works with; `hasFiles`: /srv of both containers has a repository, many small files and the big one. */
export async function openGround(place: BenchPlace, hasFiles: boolean): Promise<Ground> {
  const folder = path.join(place.folder, "ground");
  await rm(folder, { recursive: true, force: true });
  const files = path.join(folder, "files");
  await mkdir(files, { recursive: true });
  await outputOf(["sh", "-c", `head -c ${BIG_MEGABYTES}M /dev/urandom >'${path.join(files, "big")}'`]);
  if (hasFiles) await makeFiles(files);
  const ssh = new SshBench();
  await ssh.open();
  const box = await startContainer();
  const peer = await startContainer(insideServer(ssh.folder));
  for (const one of hasFiles ? [box, peer] : []) await outputOf(["docker", "cp", `${files}/.`, `${one.name}:/srv`]);
  const lines = await connectAll(ssh, peer);
  const env = { PATH: `${ssh.bin}:${process.env["PATH"] ?? ""}`, XDG_STATE_HOME: path.join(folder, "state") };
  const leave = async (): Promise<void> => {
    for (const line of lines) line.close();
    ssh.close();
    for (const one of [box, peer]) await removeContainer(one.name);
  };
  return { box, env, folder, big: path.join(files, "big"), leave };
}

/** This machine's ssh server with its own libraries, run inside the container. */
function insideServer(keys: string): Parameters<typeof startContainer>[0] {
  const [libraries, loader] = LOADERS[process.arch] ?? [];
  if (libraries === undefined || loader === undefined) throw new Error(`no ssh server for ${process.arch}`);
  const binds = ["/usr/sbin/sshd:/peer/sshd", `/lib/${libraries}:/peer/lib`, `${keys}:/peer/keys`];
  const options = ["HostKey=/root/host-key", "AuthorizedKeysFile=/root/key.pub", "StrictModes=no", "PermitRootLogin=yes", "UsePAM=no"];
  const all = [...options, "PidFile=none", "Subsystem=sftp internal-sftp", "MaxStartups=100"].map((option) => `-o '${option}'`).join(" ");
  const keep = "cp /peer/keys/host-key /peer/keys/key.pub /root; chmod 600 /root/host-key";
  const server = `exec /peer/lib/${loader} --library-path /peer/lib /peer/sshd -r -D -e -f /dev/null -p ${INSIDE_PORT} ${all}`;
  return {
    args: ["-p", `127.0.0.1::${INSIDE_PORT}`, ...binds.flatMap((bind) => ["-v", `${bind}:ro`])],
    command: ["sh", "-c", `mkdir -p /run/sshd; echo 'sshd:x:99:99::/run/sshd:/bin/false' >>/etc/passwd; ${keep}; ${server}`],
  };
}

async function connectAll(ssh: SshBench, peer: TestContainer): Promise<readonly DelayLine[]> {
  const near = await testEngine();
  const port = await ssh.start("far", { environment: { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url } });
  const inside = Number((await outputOf(["docker", "port", peer.name, `${INSIDE_PORT}/tcp`])).split(":").at(-1));
  const lines = [await DelayLine.open(port, DELAY_MS), await DelayLine.open(inside, DELAY_MS)];
  const [away, insideAway] = lines.map((line) => line.port);
  const ports = { near: port, away, inside, "inside-away": insideAway };
  const shared = `  ControlMaster auto\n  ControlPersist 60\n  ControlPath ${path.join(ssh.folder, "master-%k-%p")}`;
  await ssh.configure(
    Object.entries(ports).flatMap(([name, at]) => [
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${at}`,
      `Host ${name}-shared\n  HostName 127.0.0.1\n  Port ${at}\n${shared}`,
    ]),
  );
  return lines;
}

async function makeFiles(folder: string): Promise<void> {
  const repo = path.join(folder, "repo");
  for (let at = 0; at < FOLDERS; at++) {
    await mkdir(path.join(repo, `d${at}`), { recursive: true });
    for (let file = 0; file < FILES_IN_FOLDER; file++) await writeFile(path.join(repo, `d${at}`, `f${file}.txt`), `${at} ${file}\n`);
  }
  const identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"];
  await outputOf(["git", "-C", repo, "init", "-q"]);
  await outputOf(["git", "-C", repo, "add", "."]);
  await outputOf(["git", "-C", repo, ...identity, "commit", "-q", "-m", "all"]);
  await mkdir(path.join(folder, "small"));
  for (let file = 0; file < SMALL_FILES; file++) await writeFile(path.join(folder, "small", String(file)), Buffer.alloc(SMALL_BYTES, file));
}
