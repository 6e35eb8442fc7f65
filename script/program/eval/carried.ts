import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import { carriesOf } from "./dockerfile-count.ts";
import { listTar } from "./tar-listing.ts";

export interface Carried {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Those that are as their package ships them or in the image already: a RUN makes them, so carrying them is a repair. */
  readonly needless: readonly string[];
}

interface ContextFile {
  readonly file: string;
  readonly target: string;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(file) : Promise.resolve([file]);
  });
  return (await Promise.all(lists)).flat();
}

async function filesOf(context: string, source: string, target: string): Promise<readonly ContextFile[]> {
  const from = path.join(context, source);
  const state = await lstat(from).catch(() => null);
  if (state === null) return [];
  if (!state.isDirectory()) return [{ file: from, target: target.endsWith("/") ? path.join(target, path.basename(source)) : target }];
  return (await filesBelow(from)).map((file) => ({ file, target: path.join(target, path.relative(from, file)) }));
}

/** MD5 by path of what the packages of a container ship, from dpkg's lists. */
async function shippedSums(container: string): Promise<ReadonlyMap<string, string>> {
  const script =
    "cat /var/lib/dpkg/info/*.md5sums 2>/dev/null; sed -n 's/^ \\(\\/.*\\) \\([0-9a-f]\\{32\\}\\)$/\\2  \\1/p' /var/lib/dpkg/status 2>/dev/null";
  const { stdout } = await runOnHost(["docker", "exec", container, "sh", "-c", script]);
  return new Map(stdout.split("\n").map((line) => [`/${line.slice(34).replace(/^\//, "")}`, line.slice(0, 32)]));
}

/** The SHA-256 of a file in a created container; null where it is not a file there. */
async function hashIn(created: string, target: string): Promise<string | null> {
  const child = spawn("docker", ["cp", `${created}:${target}`, "-"], { stdio: ["ignore", "pipe", "ignore"] });
  const [entry] = [...(await listTar(child.stdout, [])).values()];
  return entry?.type === "file" ? (entry.facts.split("|").at(-1) ?? null) : null;
}

/** The files that are in an image already, byte for byte. */
async function presentIn(image: string, files: readonly ContextFile[]): Promise<readonly string[]> {
  const created = await outputOf(["docker", "create", image, "true"]);
  try {
    const present: string[] = [];
    for (const { file, target } of files) {
      const isFile = (await lstat(file)).isFile();
      if (isFile && (await hashIn(created, target)) === hashOf("sha256", await readFile(file))) present.push(target);
    }
    return present;
  } finally {
    await runOnHost(["docker", "rm", "-f", "-v", created]);
  }
}

function hashOf(algorithm: string, data: Buffer): string {
  return createHash(algorithm).update(data).digest("hex");
}

async function asShipped(container: string, files: readonly ContextFile[]): Promise<readonly string[]> {
  const sums = await shippedSums(container);
  const shipped: string[] = [];
  for (const { file, target } of files) {
    const sum = sums.get(target);
    if (sum !== undefined && (await lstat(file)).isFile() && hashOf("md5", await readFile(file)) === sum) shipped.push(target);
  }
  return shipped;
}

export interface CarryPlace {
  readonly folder: string;
  readonly dockerfile: string;
  /** The recorded container. */
  readonly container: string;
  /** For each COPY and ADD, in order, the image that it started from. */
  readonly before: readonly string[];
}

/** What the context of a Draft brings into the image by COPY and ADD. */
export async function carriedBy({ folder, dockerfile, container, before }: CarryPlace): Promise<Carried> {
  const files: ContextFile[] = [];
  const needless = new Set<string>();
  for (const [index, { sources, target, isFromStage }] of carriesOf(dockerfile).entries()) {
    if (isFromStage) continue;
    const lists = sources.map((source) => filesOf(folder, source, sources.length > 1 ? `${target}/` : target));
    const own = (await Promise.all(lists)).flat().map(({ file, target: place }) => ({ file, target: path.normalize(place) }));
    const image = before[index];
    if (image !== undefined && image !== "") for (const found of await presentIn(image, own)) needless.add(found);
    files.push(...own);
  }
  for (const found of await asShipped(container, files)) needless.add(found);
  const sizes = await Promise.all(files.map(async ({ file }) => (await lstat(file)).size));
  return { paths: files.map(({ target }) => target), bytes: sizes.reduce((sum, size) => sum + size, 0), needless: [...needless] };
}
