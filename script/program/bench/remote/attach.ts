import { mkdir } from "node:fs/promises";
import path from "node:path";
import { outputOf } from "../../../../test/support/host-command.ts";
import { type BenchParts, type BenchPlace, type Figure, median, settle, timed } from "../measure.ts";
import { type Ground, openGround, ROUND_TRIP_MS } from "./ground.ts";

/** Of the ground's containers. */
const IMAGE = "debian:bookworm";
const ROUNDS = 5;

interface Attaching {
  readonly name: string;
  readonly host: "away" | null;
  /** So many times what a container of the same image takes there, with a connection of its own. */
  readonly most: number;
}

/** One first attach: nothing is known of the image, no connection and no process is there. */
async function attachOnce(
  { program }: BenchPlace,
  ground: Ground,
  { round, host }: { round: number; host: Attaching["host"] },
): Promise<number> {
  const work = path.join(ground.folder, `attached-${round}`);
  await mkdir(work);
  const env = { ...ground.env, XDG_STATE_HOME: path.join(work, "state") };
  const dev = (...words: string[]): Promise<string> => outputOf([...program, "dev", ...words], { env, cwd: work });
  await dev("init", ...(host === null ? ["--local"] : ["--host", host]), "--shell", "sh", "bench");
  try {
    return await timed(() => dev("attach", "--session", "bench", ground.box.name));
  } finally {
    await dev("rm", "--session", "bench");
  }
}

/** From nothing to the mount and `dodo`, against the least that makes one container there. */
async function attaching(place: BenchPlace, { name, host, most }: Attaching): Promise<Figure> {
  const ground = await openGround(place, false);
  const words = ["docker", "run", "--rm", "--network", "none", IMAGE, "true"];
  const times = { attach: new Array<number>(), run: new Array<number>() };
  try {
    await settle();
    for (let round = -1; round < ROUNDS; round += 1) {
      const took = await attachOnce(place, ground, { round, host });
      const run = await timed(() => outputOf(host === null ? words : ["ssh", host, ...words], { env: ground.env }));
      // The first one finds nothing in the machine's memory.
      if (round < 0) continue;
      times.attach.push(took);
      times.run.push(run);
    }
  } finally {
    await ground.leave();
  }
  const [attach, run] = [median(times.attach), median(times.run)];
  const ratio = attach / run;
  const trips = host === null ? "" : `, ${(attach / ROUND_TRIP_MS).toFixed(0)} round trips of the link`;
  const detail = `a first attach, median of ${ROUNDS}: ${(attach / 1_000).toFixed(2)} s${trips}; docker run --rm there ${(run / 1_000).toFixed(2)} s`;
  return { name, value: `${ratio.toFixed(2)}x`, goal: `at most ${most}x`, isMet: ratio <= most, detail };
}

/** From nothing to a session that works. */
export function attachParts(place: BenchPlace): BenchParts {
  return {
    "attach-here": () => attaching(place, { name: "attach-here", host: null, most: 3 }),
    "attach-away": () => attaching(place, { name: "attach-away", host: "away", most: 5 }),
  };
}
