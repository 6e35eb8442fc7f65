import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { removeContainer, startContainer, type TestContainer } from "../../../test/support/container.ts";
import { DelayLine } from "../../../test/support/delay-line.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { SshBench } from "../../../test/support/ssh-server.ts";
import { type BenchParts, type BenchPlace, type Figure, settle, timed } from "./measure.ts";

const FOLDERS = 100;
const FILES_IN_FOLDER = 50;
const SMALL_FILES = 1_000;
const SMALL_BYTES = 4_096;
const BIG_MEGABYTES = 200;
/** One way; the link of the goals has 40 ms there and back. */
const DELAY_MS = 20;
const GIT = {
  GIT_CONFIG_COUNT: "3",
  GIT_CONFIG_KEY_0: "core.checkStat",
  GIT_CONFIG_VALUE_0: "minimal",
  GIT_CONFIG_KEY_1: "core.trustctime",
  GIT_CONFIG_VALUE_1: "false",
  GIT_CONFIG_KEY_2: "safe.directory",
  GIT_CONFIG_VALUE_2: "*",
};

const WORK = {
  "git status": "git -C repo status --porcelain",
  "read 1000": "cat small/*",
  "write 200 MB": `cp "$BENCH_BIG" written && rm written`,
  "read 200 MB": "cat big",
} as const;
type Work = keyof typeof WORK;
const METADATA: readonly Work[] = ["git status", "read 1000"];
const ALL: readonly Work[] = ["git status", "read 1000", "write 200 MB", "read 200 MB"];

interface Ground {
  readonly box: TestContainer;
  readonly ssh: SshBench;
  readonly line: DelayLine;
  readonly big: string;
  /** The container's root as this machine sees it. */
  readonly root: string;
}

/** How a container's files come to a folder. */
interface Way {
  readonly mount: readonly string[];
  readonly unmount: readonly string[];
  readonly below: string;
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
  await outputOf(["sh", "-c", `head -c ${BIG_MEGABYTES}M /dev/urandom >'${path.join(folder, "big")}'`]);
}

async function prepare(place: BenchPlace): Promise<Ground> {
  const files = path.join(place.folder, "files");
  await rm(files, { recursive: true, force: true });
  await mkdir(files);
  await makeFiles(files);
  const box = await startContainer();
  await outputOf(["docker", "cp", `${files}/.`, `${box.name}:/srv`]);
  const near = await testEngine();
  const ssh = new SshBench();
  await ssh.open();
  const port = await ssh.start("far", { environment: { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url } });
  const line = await DelayLine.open(port, DELAY_MS);
  const host = (name: string, at: number): string => `Host ${name}\n  HostName 127.0.0.1\n  Port ${at}`;
  await ssh.configure([host("near", port), host("away", line.port)]);
  const pid = await outputOf(["docker", "inspect", "-f", "{{.State.Pid}}", box.name]);
  return { box, ssh, line, big: path.join(files, "big"), root: `/proc/${pid}/root` };
}

function ours(place: BenchPlace, { box }: Ground, { folder, host }: { readonly folder: string; readonly host: string | null }): Way {
  const where = host === null ? [] : ["--host", `ssh://${host}`];
  return {
    mount: [...place.program, ...where, "dev", "mount", "--deadline", "30", box.name, folder],
    unmount: [...place.program, "dev", "unmount", folder],
    below: path.join(folder, "srv"),
  };
}

function plain({ root, ssh }: Ground, { folder, host }: { readonly folder: string; readonly host: string }): Way {
  const options = `ssh_command=${path.join(ssh.bin, "ssh")},sftp_server=/usr/lib/openssh/sftp-server`;
  return {
    // Its ssh keeps what it was started with open.
    mount: ["sh", "-c", `sshfs '${host}:${root}/srv' '${folder}' -o '${options}' </dev/null >/dev/null 2>&1`],
    unmount: ["fusermount3", "-u", folder],
    below: folder,
  };
}

/** Milliseconds of each work, in a fresh mount. */
async function measure(ground: Ground, way: Way, folder: string): Promise<Record<Work, number>> {
  const env = { PATH: `${ground.ssh.bin}:${process.env["PATH"] ?? ""}`, BENCH_BIG: ground.big, XDG_STATE_HOME: ground.ssh.folder, ...GIT };
  await mkdir(folder, { recursive: true });
  const times: Record<Work, number> = { "git status": 0, "read 1000": 0, "write 200 MB": 0, "read 200 MB": 0 };
  for (const work of ALL) {
    await outputOf(way.mount, { env });
    await settle();
    // Not the folder of the new process: this one, which carries the link, would wait for it.
    times[work] = await timed(() =>
      outputOf(["sh", "-c", `cd '${way.below}' && { ${WORK[work]}; } >/dev/null`], { env, timeoutMs: 600_000 }),
    );
    await outputOf(way.unmount, { env });
  }
  return times;
}

interface Compared {
  readonly name: string;
  readonly goals: { readonly metadata: number; readonly bulk: number };
  readonly mine: Readonly<Record<Work, number>>;
  readonly theirs: Readonly<Record<Work, number>>;
}

function figureOf({ name, goals, mine, theirs }: Compared): Figure {
  const ratios = ALL.map((work) => ({
    work,
    ratio: theirs[work] / mine[work],
    goal: METADATA.includes(work) ? goals.metadata : goals.bulk,
  }));
  return {
    name,
    value: ratios.map(({ ratio }) => ratio.toFixed(2)).join(" "),
    goal: `${goals.metadata} × / ${goals.bulk} ×`,
    isMet: ratios.every(({ ratio, goal }) => ratio >= goal),
    detail: ALL.map((work) => `${work} ${(mine[work] / 1_000).toFixed(2)} s (sshfs ${(theirs[work] / 1_000).toFixed(2)})`).join(", "),
  };
}

async function compare(place: BenchPlace, { name, mine, theirs, goals }: Comparison): Promise<Figure> {
  const ground = await prepare(place);
  const folder = (side: string): string => path.join(place.folder, name, side);
  try {
    const far = await measure(ground, plain(ground, { folder: folder("theirs"), host: theirs }), folder("theirs"));
    const own = await measure(ground, ours(place, ground, { folder: folder("mine"), host: mine }), folder("mine"));
    return figureOf({ name, goals, mine: own, theirs: far });
  } finally {
    await runOnHost(["fusermount3", "-u", "-z", folder("theirs")]);
    await leave(ground);
  }
}

interface Comparison {
  readonly name: string;
  /** Name of the machine for ssh; null: the engine of this machine. */
  readonly mine: string | null;
  readonly theirs: string;
  readonly goals: Compared["goals"];
}

/** Files of a container through the mount: how many times as fast as through plain sshfs. */
export function remoteFileParts(place: BenchPlace): BenchParts {
  const comparisons: readonly Comparison[] = [
    { name: "files-here", mine: null, theirs: "near", goals: { metadata: 1, bulk: 1 } },
    { name: "files-ssh", mine: "near", theirs: "near", goals: { metadata: 0.6, bulk: 0.4 } },
    { name: "files-away", mine: "away", theirs: "away", goals: { metadata: 1.5, bulk: 0.8 } },
  ];
  return Object.fromEntries(comparisons.map((one) => [one.name, () => compare(place, one)]));
}

async function leave({ box, ssh, line }: Ground): Promise<void> {
  line.close();
  ssh.close();
  await removeContainer(box.name);
}
