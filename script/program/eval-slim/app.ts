import { readdir } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { runOnHost } from "../../../test/support/host-command.ts";

/** An application of the evaluation: a folder with a Dockerfile, smoke.sh and deep.sh. */
export interface App {
  readonly name: string;
  readonly folder: string;
  /** A job runs to its end; a service exposes ports. */
  readonly isJob: boolean;
}

const isApp = (folder: string): boolean => existsSync(path.join(folder, "Dockerfile"));

/** The applications of folders, each folder's sorted; a folder of such folders gives those of all. */
export async function readApps(folders: readonly string[], wanted: readonly string[]): Promise<App[]> {
  const apps: App[] = [];
  for (const folder of folders) {
    const children = (await readdir(folder)).toSorted().map((name) => path.resolve(folder, name));
    const own = children.filter(isApp);
    if (own.length > 0) apps.push(...own.map(readApp));
    else for (const child of children) if (existsSync(path.join(child, "lib.sh"))) apps.push(...(await readApps([child], [])));
  }
  return apps.filter((app) => wanted.length === 0 || wanted.includes(app.name));
}

function readApp(folder: string): App {
  const dockerfile = readFileSync(path.join(folder, "Dockerfile"), "utf8");
  return { name: path.basename(folder), folder, isJob: !/^\s*EXPOSE\b/im.test(dockerfile) };
}

export interface TestOutcome {
  readonly isPassed: boolean;
  /** Lines that begin with "ok", and all that begin with "ok" or "FAIL". */
  readonly passed: number;
  readonly checks: number;
  readonly failures: readonly string[];
}

/** Runs an application's test against an image. */
export async function runTest(app: App, script: "smoke.sh" | "deep.sh", how: { image: string; network: string }): Promise<TestOutcome> {
  const env = { ...process.env, SMOKE_NETWORK: how.network };
  const { exit, stdout } = await runOnHost(["bash", path.join(app.folder, script), how.image], { env });
  const lines = stdout.split("\n");
  const passed = lines.filter((line) => /^ok\b/.test(line)).length;
  const failures = lines.filter((line) => /^FAIL\b/.test(line));
  return { isPassed: exit === 0 && lines.includes("PASS"), passed, checks: passed + failures.length, failures };
}
