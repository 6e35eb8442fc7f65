import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { costOf, timed } from "./measure.ts";
import type { BenchPlace, Figure } from "./measure.ts";

const MOST_MEMORY = 300e6;
/** With the base image's own files 1 GB, in files of the usual sizes; a service that reads some of them. */
const dockerfile = `FROM debian:bookworm
RUN mkdir /data && for i in $(seq 1 760); do head -c 1048576 /dev/urandom > /data/large$i; done
RUN for i in $(seq 1 10000); do head -c 4096 /dev/urandom > /data/small$i; done
CMD ["sh", "-c", "cat /data/large1 /data/small1 /data/small2 | sha256sum"]
`;
const report = z.object({ slimBytes: z.number(), originalBytes: z.number(), seconds: z.record(z.string(), z.number()) });

interface Slimmed {
  readonly milliseconds: number;
  readonly peak: number;
  readonly report: z.infer<typeof report>;
}

async function slim({ name, folder, program }: BenchPlace): Promise<Slimmed> {
  const file = path.join(folder, "report.json");
  const words = [...program, "slim", name, "--json"].map((word) => `'${word}'`).join(" ");
  const env = { XDG_STATE_HOME: path.join(folder, "state") };
  const { exit, milliseconds, peak } = await costOf(["sh", "-c", `exec ${words} > '${file}'`], env);
  if (exit !== 0) throw new Error(`cooper slim ended with ${exit}`);
  return { milliseconds, peak, report: report.parse(JSON.parse(await readFile(file, "utf8"))) };
}

/** Runs something and counts how often the engine exported or saved the image meanwhile. */
async function countingExports<T>(image: string, act: () => Promise<T>): Promise<{ readonly result: T; readonly exports: number }> {
  const events = spawn("docker", ["events", "--format", "{{.Action}} {{.Actor.Attributes.image}} {{.Actor.ID}}"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const id = await outputOf(["docker", "image", "inspect", "-f", "{{.Id}}", image]);
  let seen = "";
  events.stdout.on("data", (chunk) => (seen += String(chunk)));
  try {
    const result = await act();
    const lines = seen.split("\n").filter((line) => /^(?:export|save) /.test(line));
    return { result, exports: lines.filter((line) => line.includes(id.trim()) || line.includes(` ${image} `)).length };
  } finally {
    events.kill();
  }
}

/** A 1 GB image made small, against `docker save` of it to nothing and the exercise: the time, the most memory, and one export. */
export async function benchImage(place: BenchPlace): Promise<Figure> {
  const { name, folder } = place;
  const context = path.join(folder, "context");
  await mkdir(context, { recursive: true });
  await writeFile(path.join(context, "Dockerfile"), dockerfile);
  await outputOf(["docker", "build", "-q", "-t", name, context], { env: { DOCKER_BUILDKIT: "0" } });
  try {
    const save = await timed(() => outputOf(["sh", "-c", `docker save ${name} > /dev/null`]));
    const exercise = await timed(() => outputOf(["docker", "run", "--rm", "--network", "none", name]));
    const { result, exports } = await countingExports(name, () => slim(place));
    const most = 2 * save + exercise;
    const isMet = result.milliseconds < most && result.peak < MOST_MEMORY && exports === 1;
    const phases = Object.entries(result.report.seconds).map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)}`);
    const sizes = `${(result.report.originalBytes / 1e6).toFixed(0)} > ${(result.report.slimBytes / 1e6).toFixed(1)} MB`;
    const detail = `${sizes}; save ${seconds(save)}, exercise ${seconds(exercise)}; ${phases.join(", ")}; exported ${exports} time`;
    const value = `${seconds(result.milliseconds)}, ${(result.peak / 1e6).toFixed(0)} MB`;
    return { name: "image", value, goal: `under ${seconds(most)} and 300 MB`, isMet, detail };
  } finally {
    await runOnHost(["docker", "image", "rm", "-f", `${name}.slim`, name]);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
