import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { median, settle } from "./measure.ts";
import type { Figure } from "./measure.ts";
import { MeasuredShell } from "./prompt.ts";

const PACKAGE = "git";
const ROUNDS = 7;

export interface InstallPlace {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly recorded: (container: string) => readonly string[];
}

/** An image in which the packages are fetched already: the network is not what is measured. */
async function fetchPackages({ name }: InstallPlace): Promise<string> {
  const image = `${name}-fetched`;
  const script = `apt-get update -qq && apt-get install -qq -y --download-only ${PACKAGE}`;
  await outputOf(["docker", "run", "--name", `${name}-fetch`, "debian:bookworm", "sh", "-c", script]);
  await outputOf(["docker", "commit", `${name}-fetch`, image]);
  await runOnHost(["docker", "rm", "-f", "-v", `${name}-fetch`]);
  return image;
}

async function timeInstall(image: string, container: string, shellOf: () => MeasuredShell): Promise<number> {
  await outputOf(["docker", "run", "-d", "--name", container, image, "sleep", "infinity"]);
  try {
    const shell = shellOf();
    await shell.prepare();
    await settle();
    const milliseconds = await shell.time(`apt-get install -qq -y --no-download ${PACKAGE}`);
    await shell.leave();
    return milliseconds;
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", container]);
  }
}

interface Pair {
  readonly plain: number;
  readonly recorded: number;
}

/** Both sides one after the other; the one that goes first in one round goes second in the next. */
async function timePair(image: string, place: InstallPlace, round: number): Promise<Pair> {
  const container = `${place.name}-install`;
  const plain = (): Promise<number> =>
    timeInstall(image, container, () => new MeasuredShell(["docker", "exec", "-it", container, "bash"], {}));
  const recorded = (): Promise<number> => timeInstall(image, container, () => new MeasuredShell(place.recorded(container), place.env));
  if (round % 2 === 0) return { plain: await plain(), recorded: await recorded() };
  const first = await recorded();
  return { recorded: first, plain: await plain() };
}

/** The time of `apt-get install` of a medium package, recorded against plain, in turns on fresh containers. */
export async function benchInstall(place: InstallPlace): Promise<Figure> {
  const image = await fetchPackages(place);
  const pairs: Pair[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) pairs.push(await timePair(image, place, round));
  } finally {
    await runOnHost(["docker", "image", "rm", "-f", image]);
  }
  const ratio = median(pairs.map(({ plain, recorded }) => recorded / plain));
  const seconds = (side: keyof Pair): string => (median(pairs.map((pair) => pair[side])) / 1000).toFixed(2);
  const detail = `${PACKAGE}: plain ${seconds("plain")} s, recorded ${seconds("recorded")} s, median of ${ROUNDS} pairs`;
  return { name: "install", value: `${ratio.toFixed(3)}x`, goal: "at most 1.05x", isMet: ratio <= 1.05, detail };
}
