import { createHash } from "node:crypto";
import { lstat, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { runOnHost } from "../../../test/support/host-command.ts";
import { carriesOf } from "./dockerfile-count.ts";

export interface Carried {
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Those whose content is what their package ships: a RUN makes them, so carrying them is a repair. */
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

/** What the context of a Draft brings into the image by COPY and ADD. */
export async function carriedBy(folder: string, dockerfile: string, container: string): Promise<Carried> {
  const carries = carriesOf(dockerfile).filter(({ isFromStage }) => !isFromStage);
  const lists = carries.flatMap(({ sources, target }) =>
    sources.map((source) => filesOf(folder, source, sources.length > 1 ? `${target}/` : target)),
  );
  const files = (await Promise.all(lists)).flat();
  const sums = await shippedSums(container);
  const needless: string[] = [];
  let bytes = 0;
  for (const { file, target } of files) {
    const state = await lstat(file);
    bytes += state.size;
    if (
      state.isFile() &&
      sums.get(target) ===
        createHash("md5")
          .update(await readFile(file))
          .digest("hex")
    )
      needless.push(target);
  }
  return { paths: files.map(({ target }) => path.normalize(target)), bytes, needless };
}
