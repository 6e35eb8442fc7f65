import { spawn } from "node:child_process";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { listTar, resolveHardLinks } from "./tar-listing.ts";
import type { Listing } from "./tar-listing.ts";

export interface Built {
  readonly image: string;
  /** Host names of the containers in which the classic builder ran the instructions. */
  readonly hostNames: readonly string[];
  /** For each COPY and ADD, in order, the image that it started from. */
  readonly beforeCarries: readonly string[];
}

/** What the classic builder says: "Step 2/5 : COPY …", and below each step " ---> <image>". */
function imagesBeforeCarries(output: string): readonly string[] {
  const steps = output.split(/^Step \d+\/\d+ : /m).slice(1);
  const after = steps.map((text) => [...text.matchAll(/^ ---> ([0-9a-f]{12})$/gm)].at(-1)?.[1] ?? "");
  return steps.flatMap((text, index) => (/^(COPY|ADD)\s/i.test(text) ? [after[index - 1] ?? ""] : []));
}

/** Builds a folder with the classic builder; the message of a failure is the end of what the build printed. */
export async function buildClassic(folder: string, tag: string, dockerfile = "Dockerfile"): Promise<Built> {
  const argv = ["docker", "build", "--no-cache", "--force-rm", "-t", tag, "-f", `${folder}/${dockerfile}`, folder];
  const { exit, stdout, stderr } = await runOnHost(argv, { env: { DOCKER_BUILDKIT: "0" }, timeoutMs: 1_200_000 });
  if (exit !== 0) throw new Error(`docker build ended with ${exit}:\n${`${stdout}\n${stderr}`.trim().split("\n").slice(-15).join("\n")}`);
  const hostNames = [...stdout.matchAll(/Running in ([0-9a-f]{12})/g)].map((match) => match[1] ?? "");
  return { image: tag, hostNames, beforeCarries: imagesBeforeCarries(stdout) };
}

/** Lists the file system of a container, host names replaced by one token in text files. */
export async function listContainer(container: string, hostNames: readonly string[]): Promise<Listing> {
  const child = spawn("docker", ["export", container], { stdio: ["ignore", "pipe", "inherit"] });
  return resolveHardLinks(await listTar(child.stdout, hostNames));
}

/** Gives `use` a container of an image that runs nothing but `sleep`, and removes it. */
export async function withIdleContainer<T>(image: string, name: string, use: (name: string) => Promise<T>): Promise<T> {
  await outputOf(["docker", "run", "-d", "--name", name, "--entrypoint", "sleep", image, "infinity"]);
  try {
    return await use(name);
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", name]);
  }
}

/** What a command prints in a container, with its exit code. */
export async function printedIn(container: string, command: string): Promise<string> {
  const { exit, stdout, stderr } = await runOnHost(["docker", "exec", container, "sh", "-c", command], { timeoutMs: 120_000 });
  return `${stdout}${stderr}[exit ${exit}]`;
}

export async function hostNameOf(container: string): Promise<string> {
  return await outputOf(["docker", "inspect", "--format", "{{.Config.Hostname}}", container]);
}

export async function imageSize(image: string): Promise<number> {
  return Number(await outputOf(["docker", "image", "inspect", "--format", "{{.Size}}", image]));
}

export async function containerSize(container: string): Promise<number> {
  return Number(await outputOf(["docker", "inspect", "--size", "--format", "{{.SizeRootFs}}", container]));
}

/** The files that a container's layer holds, as `docker diff` tells. */
export async function changedPaths(container: string): Promise<readonly string[]> {
  const lines = (await outputOf(["docker", "diff", container])).split("\n");
  return lines.filter((line) => /^[AC] /.test(line)).map((line) => line.slice(2));
}
