import { homedir } from "node:os";
import { openEngine } from "../../src/engine/open-engine.ts";
import type { Engine } from "../../src/engine/open-engine.ts";

let opened: Promise<Engine> | null = null;

/** The engine that DOCKER_HOST, the Docker context or the default socket names; opened once per test file. */
export function testEngine(): Promise<Engine> {
  opened ??= openEngine({ env: process.env, home: homedir() });
  return opened;
}
