import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { HostOptions, HostOutcome } from "./host-command.ts";
import { runOnHost } from "./host-command.ts";

/** The root of this repository. */
export const repository: string = process.env["COOPER_SOURCE"] ?? path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** The built command; COOPER_PROGRAM names another build of it. */
export function cooperProgram(): string {
  return process.env["COOPER_PROGRAM"] ?? path.join(repository, "dist", "cli.mjs");
}

let folder: string | null = null;

/** A state folder for the calls of one test file, removed with the run of all, else when its process ends. */
export function testStateFolder(): string {
  if (folder === null) {
    const made = mkdtempSync(path.join(process.env["COOPER_TEST_STATES"] ?? tmpdir(), "state-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

/** The environment of a `cooper` under test: its own state folder, no colours, no settings of the person who runs the tests. */
export function cooperEnvironment(env: HostOptions["env"] = {}): Record<string, string | undefined> {
  return { XDG_STATE_HOME: testStateFolder(), COOPER_STATE: testStateFolder(), NO_COLOR: "1", ...env };
}

/** Runs the built `cooper` with `args`. */
export function runCooper(args: readonly string[], options: HostOptions = {}): Promise<HostOutcome> {
  return runOnHost([process.execPath, cooperProgram(), ...args], { ...options, env: cooperEnvironment(options.env) });
}
