import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openEngine } from "../../src/engine/open-engine.ts";
import { openSensor } from "../../src/trace/open-sensor.ts";
import { uniqueName } from "../support/container.ts";
import { engineBetween } from "../support/engine-between.ts";
import { sensorProgram } from "./trace-support.ts";

const folder = mkdtempSync(path.join(tmpdir(), "cooper-choice-"));

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What an engine does not let its containers do. */
interface Refusal {
  /** Capabilities that no container gets. */
  readonly capabilities: readonly string[];
  /** Rules of a seccomp profile that every container but the watcher gets. */
  readonly calls: readonly object[];
}

const NO_LISTENER = { names: ["seccomp"], action: "SCMP_ACT_ERRNO", args: [{ index: 1, value: 8, valueTwo: 8, op: "SCMP_CMP_MASKED_EQ" }] };
const NO_FILTER = { names: ["seccomp", "ptrace"], action: "SCMP_ACT_ERRNO" };

/** The body of a create request as the engine of this refusal takes it; null: it does not. */
function refine(body: Buffer, { capabilities, calls }: Refusal): Buffer | null {
  const asked: { HostConfig: { CapAdd?: string[]; PidMode?: string; SecurityOpt?: string[] } } = JSON.parse(body.toString());
  const { HostConfig: host } = asked;
  if (host.CapAdd?.some((name) => capabilities.includes(name)) === true) return null;
  const profile = JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: calls });
  if (calls.length > 0 && host.PidMode === undefined) host.SecurityOpt = [`seccomp=${profile}`];
  return Buffer.from(JSON.stringify(asked));
}

const FORBIDDEN = { status: 403, message: "a plugin of this engine forbids that capability" };

async function choose(name: string, refusal: Refusal, isTrusted = true): Promise<string> {
  const between = await engineBetween(path.join(folder, name), ({ url, body }) =>
    url.includes("/containers/create") ? (refine(body, refusal) ?? FORBIDDEN) : body,
  );
  try {
    const engine = await openEngine({ env: { ...process.env, DOCKER_HOST: between.host }, home: homedir() });
    const run = uniqueName("choice");
    const sensor = await openSensor(engine, { image: "debian:bookworm", program: await sensorProgram(), run, mode: "auto", isTrusted });
    return await sensor.mode().finally(() => sensor.remove());
  } finally {
    between.close();
  }
}

test.each([
  ["nothing", { capabilities: [], calls: [] }, "transparent"],
  ["SYS_ADMIN", { capabilities: ["SYS_ADMIN"], calls: [] }, "unprivileged"],
  ["every capability", { capabilities: ["SYS_ADMIN", "SYS_PTRACE"], calls: [] }, "unprivileged"],
  ["SYS_ADMIN and listeners", { capabilities: ["SYS_ADMIN"], calls: [NO_LISTENER] }, "ptrace"],
  ["filters", { capabilities: [], calls: [NO_FILTER] }, "fanotify"],
] as const)("where the engine refuses %s, the best that is left is taken", async (name, refusal, wanted) => {
  expect(await choose(name.replaceAll(" ", "-"), refusal)).toBe(wanted);
});

test("an image that is not trusted gets no SYS_ADMIN near it", async () => {
  expect(await choose("untrusted", { capabilities: [], calls: [] }, false)).toBe("unprivileged");
});

test("where nothing works, it is said of each way why", async () => {
  const failed = choose("all", { capabilities: ["SYS_ADMIN"], calls: [NO_FILTER] });
  await expect(failed).rejects.toMatchObject({ code: "sensor-refused" });
  const hint = await failed.catch((error: unknown) => (error instanceof Error && "hint" in error ? String(error.hint) : ""));
  expect(hint).toMatch(/transparent with SYS_ADMIN and SYS_PTRACE: .*a plugin of this engine forbids that capability/);
  expect(hint).toMatch(/unprivileged.*: seccomp user notification does not work/);
  expect(hint).toMatch(/ptrace.*: ptrace does not work/);
  expect(hint).toMatch(/fanotify: .*a plugin of this engine forbids that capability/);
});
