import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { median } from "./measure.ts";
import type { Figure } from "./measure.ts";
import { MeasuredShell } from "./prompt.ts";

const PACKAGE = "git";
const ROUNDS = 3;

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
    const milliseconds = await shell.time(`apt-get install -qq -y --no-download ${PACKAGE}`);
    await shell.leave();
    return milliseconds;
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", container]);
  }
}

/** The time of `apt-get install` of a medium package, recorded against plain, in turns on fresh containers. */
export async function benchInstall(place: InstallPlace): Promise<Figure> {
  const image = await fetchPackages(place);
  const times: { plain: number[]; recorded: number[] } = { plain: [], recorded: [] };
  const container = `${place.name}-install`;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      times.plain.push(await timeInstall(image, container, () => new MeasuredShell(["docker", "exec", "-it", container, "bash"], {})));
      times.recorded.push(await timeInstall(image, container, () => new MeasuredShell(place.recorded(container), place.env)));
    }
  } finally {
    await runOnHost(["docker", "image", "rm", "-f", image]);
  }
  const ratio = median(times.recorded) / median(times.plain);
  const detail = `${PACKAGE}: plain ${(median(times.plain) / 1000).toFixed(2)} s, recorded ${(median(times.recorded) / 1000).toFixed(2)} s, median of ${ROUNDS}`;
  return { name: "install", value: `${ratio.toFixed(3)}x`, goal: "at most 1.05x", isMet: ratio <= 1.05, detail };
}
