import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { cooperEnvironment, cooperProgram } from "../support/cli.ts";
import { type ContainerOptions, removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { runOnHost } from "../support/host-command.ts";
import type { HostOutcome } from "../support/host-command.ts";

/** A work folder with a state folder of its own: what a person at one machine has. */
export class RemoteDesk {
  readonly folder = mkdtempSync(path.join(tmpdir(), "cooper-desk-"));
  readonly state = mkdtempSync(path.join(tmpdir(), "cooper-desk-state-"));
  readonly #env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  /** Runs the built `cooper` on this machine. */
  cooper(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<HostOutcome> {
    return runOnHost([process.execPath, cooperProgram(), ...words], { env: { ...this.env, ...env } });
  }

  /** A script for bash with the functions `cooper` and `dodo`, in the work folder. */
  bash(script: string, input?: string): Promise<HostOutcome> {
    const program = `'${process.execPath}' -- '${cooperProgram()}'`;
    const functions = `words=(${program} dev exec); cooper() { ${program} "$@"; }; dodo() { ${program} dev exec "$@"; }`;
    return runOnHost(["bash", "-c", `${functions}\n${script}`], {
      cwd: this.folder,
      env: this.env,
      ...(input === undefined ? {} : { input }),
    });
  }

  get env(): Record<string, string | undefined> {
    return cooperEnvironment({ XDG_STATE_HOME: this.state, COOPER_SESSION: "", SHELL: "/bin/bash", ...this.#env });
  }

  /** What a script prints; fails where it does. */
  async told(script: string, input?: string): Promise<string> {
    return (await this.#done(script, input)).stdout;
  }

  /** Whether the container's files are there after a script that attaches to it; fails where it does. */
  async attach(script: string): Promise<boolean> {
    return canMount(await this.#done(script));
  }

  async #done(script: string, input?: string): Promise<HostOutcome> {
    const outcome = await this.bash(script, input);
    if (outcome.exit !== 0) throw new Error(`${script} ended with ${outcome.exit}: ${outcome.stderr}${outcome.stdout}`);
    return outcome;
  }

  /** Ends all its sessions. */
  async leave(): Promise<void> {
    await this.bash('for one in "$XDG_STATE_HOME"/cooper/sessions/*/; do cooper dev rm -f "$one"; done');
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.state, { recursive: true, force: true });
  }
}

const NO_FUSE = /This machine has no \/dev\/fuse: nothing can be mounted\.(?: \(mount-failed\)|[^]*fuse-missing)/u;

/** Whether this machine can mount a container's files; one that cannot must have said so where it was asked to. */
export function canMount({ stderr }: Pick<HostOutcome, "stderr">): boolean {
  if (existsSync("/dev/fuse")) return true;
  expect(stderr).toMatch(NO_FUSE);
  return false;
}

/** Whether `cooper dev mount` did so, without a word; a machine that cannot mount anything must have said so. */
export function isMounted(outcome: HostOutcome): boolean {
  if (!canMount(outcome)) return false;
  expect(outcome).toMatchObject({ exit: 0, stderr: "" });
  return true;
}

/** What a shell of this machine prints in a mounted folder; stderr behind it. */
export async function shellIn(folder: string, script: string): Promise<string> {
  const { stdout, stderr } = await runOnHost(["sh", "-c", `cd '${folder}' && { ${script}; }`], { timeoutMs: 120_000 });
  return (stdout + stderr).trim();
}

/** A container that is mounted at a folder of a desk. */
export class MountedBox {
  readonly desk = new RemoteDesk();
  readonly folder = path.join(this.desk.folder, "box");
  #container: TestContainer | null = null;

  async start(options: ContainerOptions = {}): Promise<void> {
    this.#container = await startContainer(options);
  }

  get container(): TestContainer {
    if (this.#container === null) throw new Error("there is no container");
    return this.#container;
  }

  /** False on a machine that cannot mount anything, which says so. */
  async mount(options: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<boolean> {
    return isMounted(await this.desk.cooper(["dev", "mount", ...options, this.container.name, this.folder], env));
  }

  /** What a shell of this machine prints in the mounted folder; stderr behind it. */
  here(script: string): Promise<string> {
    return shellIn(this.folder, script);
  }

  async leave(): Promise<void> {
    await this.desk.leave();
    if (this.#container !== null) await removeContainer(this.#container.name);
  }
}

/** The command lines of what runs in a container, one per line. */
export async function processesOf(container: TestContainer | null): Promise<string> {
  return (await container?.run("sh", "-c", "for one in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$one 2>/dev/null; echo; done")) ?? "";
}

/** Waits for what must come true on a slow machine too. */
export async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come true`);
}
