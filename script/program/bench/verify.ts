import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { compareContainers } from "../../../src/changes/compare.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { median, timed } from "./measure.ts";
import type { Figure } from "./measure.ts";

const ROUNDS = 3;
/** With the base image's own files about 500 MB, in files of the usual sizes. */
const dockerfile = `FROM debian:bookworm
RUN mkdir /data && for i in $(seq 1 320); do head -c 1048576 /dev/urandom > /data/large$i; done
RUN for i in $(seq 1 4000); do head -c 4096 /dev/urandom > /data/small$i; done
`;

async function hashBoth(container: string, image: string): Promise<void> {
  const created = await outputOf(["docker", "create", image, "true"]);
  const script = `docker export ${container} | sha256sum & docker export ${created} | sha256sum & wait`;
  await outputOf(["sh", "-c", script]);
  await runOnHost(["docker", "rm", "-f", "-v", created]);
}

/** The comparison of a 500 MB container with its image against hashing the export of both sides, in turns. */
export async function benchVerify(name: string, folder: string): Promise<Figure> {
  const engine = await testEngine();
  const image = `${name}-large`;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "Dockerfile"), dockerfile);
  await outputOf(["docker", "build", "-q", "-t", image, folder], { env: { DOCKER_BUILDKIT: "0" } });
  await outputOf(["docker", "run", "-d", "--name", image, image, "sleep", "infinity"]);
  try {
    const hashes: number[] = [];
    const comparisons: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      hashes.push(await timed(() => hashBoth(image, image)));
      comparisons.push(await timed(() => compareContainers(engine, image, image)));
    }
    const ratio = median(comparisons) / median(hashes);
    const detail = `export to a hash ${(median(hashes) / 1000).toFixed(2)} s, comparison ${(median(comparisons) / 1000).toFixed(2)} s, both sides at once, median of ${ROUNDS}`;
    return { name: "verify", value: `${ratio.toFixed(2)}x`, goal: "at most 1.3x", isMet: ratio <= 1.3, detail };
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", image]);
    await runOnHost(["docker", "image", "rm", "-f", image]);
  }
}
