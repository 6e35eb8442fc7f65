import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { outputOf, runOnHost } from "./host-command.ts";
import { uniqueName } from "./container.ts";

/** Makes a network for the containers of this run of the tests, and a folder for what their programs keep; takes both away at the end. */
export async function setup(): Promise<() => Promise<void>> {
  const name = uniqueName("net");
  await outputOf(["docker", "network", "create", name]);
  process.env["COOPER_TEST_NETWORK"] = name;
  const states = mkdtempSync(path.join(tmpdir(), "cooper-"));
  process.env["COOPER_TEST_STATES"] = states;
  return async () => {
    rmSync(states, { recursive: true, force: true });
    await runOnHost(["docker", "network", "rm", name]);
  };
}
