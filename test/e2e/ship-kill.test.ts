import { mkdir, readdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Execution, REPLACE_STEPS, type ReplaceStep } from "../../src/ship/execute/model.ts";
import { recover } from "../../src/ship/execute/recover.ts";
import { withUnitLock } from "../../src/ship/execute/unit-lock.ts";
import { shipState } from "../../src/ship/units/ship-state.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { KILLED, runCooperUntil } from "../support/cooper-until.ts";
import { testEngine } from "../support/engine.ts";
import { type HostOutcome, outputOf } from "../support/host-command.ts";

const SERVER =
  'use IO::Socket::INET; exit 3 if $ENV{VERSION} eq "bad"; my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die; while (my $c = $s->accept) { print $c $ENV{VERSION}; close $c }';

const settings = (strategy: string): string => `services:
  web:
    image: debian:bookworm
    command: [perl, -e, '${SERVER.replaceAll("$", "$$$$")}']
    environment: { VERSION: "\${TEST_VERSION}" }
    stop_signal: SIGKILL
    ports: ["80"]
    x-cooper: { release: { strategy: ${strategy}, stay_up: 100ms } }
`;

let root: TempFolder;

beforeAll(async () => {
  root = await makeTempFolder("cooper-ship-kill-");
});
afterAll(async () => {
  await root.remove();
});

interface Unit {
  readonly name: string;
  /** Makes the instance anew with a version, as `cooper restart` does, in a process that is killed at a step. */
  readonly replace: (version: string, step?: ReplaceStep) => Promise<HostOutcome>;
  /** Brings it to an end, as each verb of the unit does; `cooper recover` does it alone. */
  readonly recover: (step: ReplaceStep) => Promise<void>;
  /** What the container under the unit's name serves. */
  readonly served: () => Promise<string>;
  /** Ids and names of all containers that have to do with it. */
  readonly containers: () => Promise<readonly string[]>;
}

async function makeUnit(strategy: string): Promise<Unit> {
  const name = uniqueName("kill");
  await mkdir(join(root.path, name));
  await writeFile(join(root.path, name, "compose.yaml"), settings(strategy));
  const env = { COOPER_ROOTS: root.path, COOPER_STATE: join(root.path, "state"), XDG_CONFIG_HOME: root.path };
  return {
    name,
    replace: (version, step) => {
      const told = { env: { ...env, TEST_VERSION: version } };
      return step === undefined ? runCooper(["restart", name], told) : runCooperUntil([step], ["restart", name], told);
    },
    recover: async (step) => {
      if (step === "take-name") expect(await runCooper(["recover", name], { env })).toMatchObject({ exit: 0 });
      else await recoverHere(name);
    },
    served: async () => read(await outputOf(["docker", "inspect", "--format", "{{.NetworkSettings.IPAddress}}", name])),
    containers: async () => {
      const list = await outputOf(["docker", "ps", "--all", "--no-trunc", "--filter", `name=${name}`, "--format", "{{.ID}} {{.Names}}"]);
      return list.split("\n").filter((line) => line !== "");
    },
  };
}

async function recoverHere(unit: string): Promise<void> {
  const engine = await testEngine();
  const state = shipState(join(root.path, "state"), engine);
  const signal = new AbortController().signal;
  const execution: Execution = { engine, state, signal, emit: () => undefined, clock: Date.now, randomHex: () => "" };
  await withUnitLock(execution, { unit, purpose: "recover" }, (lock) => recover(execution, lock));
}

/** Everything that a port says. */
function read(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 80, timeout: 60_000 });
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
}

async function journals(): Promise<readonly string[]> {
  const { journal } = shipState(join(root.path, "state"), await testEngine());
  return readdir(join(journal("x"), ".."));
}

/** What is never passed. */
const NOT: Readonly<Record<string, readonly ReplaceStep[]>> = { "stop-first": [], "start-first": ["stop-old"] };

describe.each(["stop-first", "start-first"])("a replacement that goes %s and is killed", (strategy) => {
  let unit: Unit;
  beforeAll(async () => {
    unit = await makeUnit(strategy);
    await unit.replace("first");
  });
  afterAll(async () => {
    for (const line of await unit.containers()) await removeContainer(line.slice(0, 64));
  });

  test.each(REPLACE_STEPS.filter((step) => NOT[strategy]?.includes(step) === false))(
    "at %s leaves what one call brings to an end",
    { timeout: 240_000 },
    async (step) => {
      const [before = ""] = await unit.containers();
      const version = step === "go-back" ? "bad" : `new-${step}`;
      const old = await unit.served();
      expect(await unit.replace(version, step)).toMatchObject({ exit: KILLED });
      const left = await unit.containers();
      expect(left.map((line) => line.slice(0, 64))).toContain(before.slice(0, 64));
      expect(left.length).toBeLessThanOrEqual(2);
      expect(await journals()).toHaveLength(1);

      await unit.recover(step);
      const stays = step === "keep" || step === "remove-old" || (strategy === "start-first" && ["set-aside", "take-name"].includes(step));
      await expect.poll(() => unit.served().catch(String), { timeout: 60_000 }).toBe(stays ? version : old);
      const after = await unit.containers();
      if (stays) expect(after).toEqual([expect.stringMatching(new RegExp(` ${unit.name}$`, "u"))]);
      else expect(after).toEqual([before]);
      expect(await journals()).toEqual([]);
    },
  );
});
