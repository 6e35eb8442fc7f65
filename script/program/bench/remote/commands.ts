import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { outputOf } from "../../../../test/support/host-command.ts";
import { type BenchParts, type BenchPlace, type Figure, median, settle, timed } from "../measure.ts";
import { BIG_MEGABYTES, type Ground, openGround, ROUND_TRIP_MS } from "./ground.ts";

const COMMANDS = 30;
const PIPES = 3;
const LISTINGS = 20;
/** So long a person looks at an answer, at least, before the next command. */
const REST_MS = 600;
const IN_A_ROW = 10;

/** A session with the container of the ground. */
interface Desk {
  readonly ground: Ground;
  /** The program that a person calls `dodo`. */
  readonly dodo: string;
  /** The container's /srv. */
  readonly srv: string;
}

async function withDesk(place: BenchPlace, host: "away" | null, use: (desk: Desk) => Promise<Figure>): Promise<Figure> {
  const ground = await openGround(place, false);
  const { env } = ground;
  const work = path.join(ground.folder, "work");
  await mkdir(work);
  const dev = (...words: string[]): Promise<string> => outputOf([...place.program, "dev", ...words], { env, cwd: work });
  try {
    const where = host === null ? ["--local"] : ["--host", host];
    const script = await dev("init", ...where, "--shell", "sh", "bench");
    await dev("attach", "--session", "bench", ground.box.name);
    try {
      await settle();
      return await use({ ground, dodo: path.join(path.dirname(script), "bin", "dodo"), srv: path.join(work, "container", "srv") });
    } finally {
      await dev("rm", "--session", "bench");
    }
  } finally {
    await ground.leave();
  }
}

type Words = readonly string[];

/** Median milliseconds of each, in turns, each turn after a rest; the first round does not count. */
async function medians<Name extends string>(
  ground: Ground,
  { commands, restMs = 0 }: { readonly commands: Readonly<Record<Name, Words>>; readonly restMs?: number },
): Promise<Readonly<Record<string, number>>> {
  const times = new Map<string, number[]>();
  for (let round = -1; round < COMMANDS; round += 1) {
    await delay(restMs);
    for (const [name, words] of Object.entries<Words>(commands)) {
      const took = await timed(() => outputOf(words, { env: ground.env }));
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), took]);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]));
}

function told(times: Readonly<Record<string, number>>): string {
  return Object.entries(times)
    .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
    .join(", ");
}

/** `dodo true` against `docker exec`, here. */
function commandsHere(place: BenchPlace): Promise<Figure> {
  return withDesk(place, null, async ({ ground, dodo }) => {
    const commands = {
      dodo: [dodo, "true"],
      "docker exec": ["docker", "exec", ground.box.name, "true"],
      "ssh into the container": ["ssh", "inside-shared", "true"],
    };
    const times = await medians(ground, { commands });
    const ratio = (times["dodo"] ?? Infinity) / (times["docker exec"] ?? 0);
    const detail = `milliseconds of \`true\`, median of ${COMMANDS}: ${told(times)}`;
    return { name: "dodo-here", value: `${ratio.toFixed(2)}x`, goal: "at most 1.25x", isMet: ratio <= 1.25, detail };
  });
}

/** `dodo true` over the slow link, in its round trips. */
function commandsAway(place: BenchPlace): Promise<Figure> {
  return withDesk(place, "away", async ({ ground, dodo }) => {
    const commands = {
      dodo: [dodo, "true"],
      "docker exec over ssh": ["ssh", "away-shared", "docker", "exec", ground.box.name, "true"],
      "ssh into the container": ["ssh", "inside-away-shared", "true"],
    };
    const times = await medians(ground, { commands, restMs: REST_MS });
    const trips = (times["dodo"] ?? Infinity) / ROUND_TRIP_MS;
    // Without a rest each waits until what the one before it changed is known.
    const row: number[] = [];
    for (let at = 0; at < IN_A_ROW; at += 1) row.push(await timed(() => outputOf([dodo, "true"], { env: ground.env })));
    const detail = `milliseconds of \`true\`, median of ${COMMANDS}: ${told(times)}; dodo right behind dodo ${median(row).toFixed(1)}`;
    return { name: "dodo-away", value: `${trips.toFixed(2)} trips`, goal: "at most 1.6 round trips", isMet: trips <= 1.6, detail };
  });
}

/** 200 MB through a command's standard input and output. */
function pipes(place: BenchPlace): Promise<Figure> {
  return withDesk(place, null, async ({ ground, dodo }) => {
    const sum = await outputOf(["sh", "-c", 'sha256sum <"$0"', ground.big]);
    const best = { dodo: Infinity, docker: Infinity };
    const sums = new Set<string>();
    const through = async (command: string): Promise<number> =>
      await timed(async () =>
        sums.add(await outputOf(["sh", "-c", `${command} <"$0" | sha256sum`, ground.big], { env: ground.env, timeoutMs: 600_000 })),
      );
    for (let round = 0; round < PIPES; round += 1) {
      best.docker = Math.min(best.docker, await through(`docker exec -i ${ground.box.name} cat`));
      best.dodo = Math.min(best.dodo, await through(`'${dodo}' cat`));
    }
    const ratio = best.docker / best.dodo;
    const isSame = sums.size === 1 && sums.has(sum);
    const detail = `${BIG_MEGABYTES} MB in and out, best of ${PIPES}: dodo ${(best.dodo / 1_000).toFixed(2)} s, docker exec ${(best.docker / 1_000).toFixed(2)} s, hashes ${isSame ? "equal" : "DIFFER"}`;
    return { name: "pipes", value: `${ratio.toFixed(2)}x`, goal: "at least 0.8x", isMet: isSame && ratio >= 0.8, detail };
  });
}

/** Whether what a command made is listed at once. */
function coherent(place: BenchPlace, name: string, host: "away" | null): Promise<Figure> {
  return withDesk(place, host, async ({ ground, dodo, srv }) => {
    let right = 0;
    for (let round = 0; round < LISTINGS; round += 1) {
      const list = `'${dodo}' touch /srv/fresh-${round} && ls '${srv}' | grep -c ^fresh-`;
      if ((await outputOf(["sh", "-c", list], { env: ground.env })) === String(round + 1)) right += 1;
    }
    const detail = "`ls` of the folder right behind each `dodo touch`";
    return { name, value: `${right} of ${LISTINGS}`, goal: `${LISTINGS} of ${LISTINGS}`, isMet: right === LISTINGS, detail };
  });
}

/** Commands through `dodo`. */
export function commandParts(place: BenchPlace): BenchParts {
  return {
    "dodo-here": () => commandsHere(place),
    "dodo-away": () => commandsAway(place),
    pipes: () => pipes(place),
    coherent: () => coherent(place, "coherent", null),
    "coherent-away": () => coherent(place, "coherent-away", "away"),
  };
}
