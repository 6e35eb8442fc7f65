import { setTimeout as delay } from "node:timers/promises";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { listeningSockets } from "../../probe/listening.ts";
import type { ExerciseRun } from "./plan.ts";

export type Readiness =
  | { readonly kind: "ready" }
  /** The program ended: a job, or a failure. */
  | { readonly kind: "ended" }
  | { readonly kind: "late"; readonly waitedFor: string };

const LOOK_EVERY_MS = 30;
/** An image may expose ports that its program does not open: when some are open and no more come for so long, it is ready. */
const SETTLE_MS = 2_000;
/** The engine's own name server, in a network of the user's. */
const NAME_SERVER = "127.0.0.11";

/** Waits until every exposed TCP port has a listener and the health check is content, or the program has ended; never a fixed time. */
export async function waitUntilReady(engine: Engine, id: string, run: ExerciseRun): Promise<Readiness> {
  const ports = await waitForPorts(engine, id, run);
  if (ports.kind !== "ready" || run.health === null) return ports;
  return waitForHealth(engine, id, { ...run, health: run.health });
}

async function waitForPorts(engine: Engine, id: string, run: ExerciseRun): Promise<Readiness> {
  const until = performance.now() + run.deadlineMs;
  let seen = { text: "", since: performance.now() };
  for (;;) {
    run.signal.throwIfAborted();
    const container = await inspectContainer(engine, id);
    if (!container.state.running) return { kind: "ended" };
    const open = await openPorts(engine, container);
    const text = [...open].sort().join(" ");
    if (text !== seen.text) seen = { text, since: performance.now() };
    const isSettled = performance.now() - seen.since > SETTLE_MS;
    const state = judge(container, open, { isSettled, run });
    if (state === "ready") return { kind: "ready" };
    if (performance.now() > until) return wantedPorts(container).length === 0 ? { kind: "ready" } : { kind: "late", waitedFor: state };
    await delay(LOOK_EVERY_MS);
  }
}

/** "ready", or what is waited for. */
function judge(
  container: ContainerInfo,
  open: ReadonlySet<number>,
  at: { readonly isSettled: boolean; readonly run: ExerciseRun },
): string {
  const wanted = wantedPorts(container);
  const missing = wanted.filter((port) => !open.has(port));
  if (wanted.length > 0 && missing.length === 0) return "ready";
  if (wanted.length > 0) return at.isSettled && open.size > 0 && missing.length < wanted.length ? "ready" : `port ${missing.join(", ")}`;
  // Without ports to wait for it may be a job; whoever gave commands, waits for a person or gives it a terminal knows better.
  const { command, inside, wait } = at.run;
  const isService =
    container.config.exposed.length > 0 ||
    at.run.isService ||
    open.size > 0 ||
    command !== null ||
    inside.length > 0 ||
    wait !== null ||
    container.tty;
  return isService && at.isSettled ? "ready" : "the end of the job";
}

function wantedPorts(container: ContainerInfo): readonly number[] {
  return container.config.exposed.filter((port) => port.endsWith("/tcp")).map((port) => Number.parseInt(port, 10));
}

async function openPorts(engine: Engine, container: ContainerInfo): Promise<ReadonlySet<number>> {
  const sockets = await listeningSockets(engine, container);
  return new Set(sockets.filter((socket) => socket.protocol === "tcp" && socket.address !== NAME_SERVER).map((socket) => socket.port));
}

async function waitForHealth(engine: Engine, id: string, run: ExerciseRun & { readonly health: readonly string[] }): Promise<Readiness> {
  const until = performance.now() + run.deadlineMs;
  for (let pause = LOOK_EVERY_MS; ; pause = Math.min(pause * 2, 1_000)) {
    run.signal.throwIfAborted();
    if (!(await inspectContainer(engine, id)).state.running) return { kind: "ended" };
    const { exit, stdout, stderr } = await run.runInside(id, run.health);
    if (exit === 0) return { kind: "ready" };
    if (performance.now() > until) {
      return { kind: "late", waitedFor: `its health check ended with ${exit}: ${(stdout.toString() + stderr.toString()).trim()}` };
    }
    await delay(pause);
  }
}
