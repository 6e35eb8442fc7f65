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

/** The applications of a folder, sorted. */
export async function readApps(folder: string, wanted: readonly string[]): Promise<App[]> {
  const names = (await readdir(folder)).filter((name) => existsSync(path.join(folder, name, "Dockerfile"))).toSorted();
  return names
    .filter((name) => wanted.length === 0 || wanted.includes(name))
    .map((name) => {
      const home = path.resolve(folder, name);
      return { name, folder: home, isJob: !/^\s*EXPOSE\b/m.test(readFileSync(path.join(home, "Dockerfile"), "utf8")) };
    });
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
