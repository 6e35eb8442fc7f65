import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { outputOf, runOnHost } from "../../../../test/support/host-command.ts";
import { type BenchParts, type BenchPlace, type Figure, settle, timed } from "../measure.ts";
import { type Ground, openGround } from "./ground.ts";

/** As a session's shell has it: what tells files of a mount from those of a disk does not count. */
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
type Times = Record<Work, number>;
const METADATA: readonly Work[] = ["git status", "read 1000"];
const ALL: readonly Work[] = ["git status", "read 1000", "write 200 MB", "read 200 MB"];
const ROUNDS = 2;
/** Plain sshfs waits for each file: over the slow link it reads every fifth of them, which counts five times. */
const SAMPLE = { command: "cat small/*[05]", times: 5 } as const;
/** A process that has just mounted comes to rest within it. */
const REST_MS = 500;

interface Comparison {
  readonly name: string;
  /** The engine's machine for ssh; null: the engine of this machine. */
  readonly mine: "near" | "away" | null;
  /** The ssh server in the container. */
  readonly theirs: "inside" | "inside-away";
  readonly goals: { readonly metadata: number; readonly bulk: number };
}

/** How a container's files come to a folder. */
interface Way {
  readonly mount: readonly string[];
  readonly unmount: readonly string[];
  readonly folder: string;
  readonly below: string;
  readonly isSampled: boolean;
}

function ours(place: BenchPlace, { box, folder: ground }: Ground, host: string | null): Way {
  const folder = path.join(ground, "mine");
  const where = host === null ? [] : ["--host", `ssh://${host}`];
  return {
    mount: [...place.program, ...where, "dev", "mount", "--deadline", "30", box.name, folder],
    unmount: [...place.program, "dev", "unmount", folder],
    folder,
    below: path.join(folder, "srv"),
    isSampled: false,
  };
}

function plain({ folder: ground }: Ground, host: string): Way {
  const folder = path.join(ground, "theirs");
  // Its ssh keeps what it was started with open.
  const mount = `sshfs '${host}:/srv' '${folder}' -o ssh_command="$(command -v ssh)" </dev/null >/dev/null 2>&1`;
  return { mount: ["sh", "-c", mount], unmount: ["fusermount3", "-u", folder], folder, below: folder, isSampled: host === "inside-away" };
}

/** Milliseconds of one work, in a fresh mount. */
async function once(ground: Ground, way: Way, work: Work): Promise<number> {
  const env = { ...ground.env, BENCH_BIG: ground.big, ...GIT };
  await mkdir(way.folder, { recursive: true });
  try {
    await outputOf(way.mount, { env });
    await delay(REST_MS);
    const { command, times } = way.isSampled && work === "read 1000" ? SAMPLE : { command: WORK[work], times: 1 };
    // Not the folder of the new process: this one, which carries the link, would wait for it.
    const took = await timed(() => outputOf(["sh", "-c", `cd '${way.below}' && { ${command}; } >/dev/null`], { env, timeoutMs: 600_000 }));
    return took * times;
  } finally {
    if ((await runOnHost(way.unmount, { env })).exit !== 0) await runOnHost(["fusermount3", "-u", "-z", way.folder]);
  }
}

/** The best of some rounds in turns: what else the machine does makes a round slower, never faster. */
async function measure(ground: Ground, ways: readonly [Way, Way], rounds: number): Promise<readonly [Times, Times]> {
  const none: Times = { "git status": Infinity, "read 1000": Infinity, "write 200 MB": Infinity, "read 200 MB": Infinity };
  const best: readonly [Times, Times] = [{ ...none }, { ...none }];
  for (const work of ALL) {
    await settle();
    for (let round = 0; round < rounds; round += 1)
      for (const side of [0, 1] as const) best[side][work] = Math.min(best[side][work], await once(ground, ways[side], work));
  }
  return best;
}

/** What the docker command itself takes for the same, in seconds. */
async function dockerCopies({ box, big, env }: Ground, host: string | null): Promise<string> {
  const words = host === null ? ["docker"] : ["docker", "--host", `ssh://${host}`];
  const copy = async (from: string, to: string): Promise<string> =>
    (
      (await timed(() => outputOf(["sh", "-c", `${words.join(" ")} cp ${from} ${to} >/dev/null`], { env, timeoutMs: 600_000 }))) / 1_000
    ).toFixed(2);
  const small = await copy(`${box.name}:/srv/small`, "-");
  const write = await copy(`'${big}'`, `${box.name}:/srv/copied`);
  const read = await copy(`${box.name}:/srv/big`, "-");
  return `docker cp ${small}, ${write} and ${read} s`;
}

async function compare(place: BenchPlace, { name, mine, theirs, goals }: Comparison): Promise<Figure> {
  const ground = await openGround(place, true);
  try {
    const ways = [ours(place, ground, mine), plain(ground, theirs)] as const;
    const [own, other] = await measure(ground, ways, mine === "away" ? 1 : ROUNDS);
    const ratios = ALL.map((work) => ({ ratio: other[work] / own[work], goal: METADATA.includes(work) ? goals.metadata : goals.bulk }));
    const copies = await dockerCopies(ground, mine);
    const works = ALL.map((work) => `${work} ${(own[work] / 1_000).toFixed(2)} s (sshfs ${(other[work] / 1_000).toFixed(2)})`);
    return {
      name,
      value: ratios.map(({ ratio }) => ratio.toFixed(2)).join(" "),
      goal: `${goals.metadata} × / ${goals.bulk} ×`,
      isMet: ratios.every(({ ratio, goal }) => ratio >= goal),
      detail: `${works.join(", ")}; ${copies}`,
    };
  } finally {
    await ground.leave();
  }
}

/** Files of a container through the mount: how many times as fast as through plain sshfs from an ssh server in the container. */
export function fileParts(place: BenchPlace): BenchParts {
  const comparisons: readonly Comparison[] = [
    { name: "files-here", mine: null, theirs: "inside", goals: { metadata: 1, bulk: 1 } },
    { name: "files-ssh", mine: "near", theirs: "inside", goals: { metadata: 0.6, bulk: 0.4 } },
    { name: "files-away", mine: "away", theirs: "inside-away", goals: { metadata: 1.5, bulk: 0.8 } },
  ];
  return Object.fromEntries(comparisons.map((one) => [one.name, () => compare(place, one)]));
}
