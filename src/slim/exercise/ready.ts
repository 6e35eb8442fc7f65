import { setTimeout as delay } from "node:timers/promises";
import { inspectContainer } from "../../engine/container.ts";
import type { ContainerInfo } from "../../engine/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { readTextIfThere } from "../../system/files.ts";

export type Readiness =
  | { readonly kind: "ready" }
  /** The program ended: a job, or a failure. */
  | { readonly kind: "ended" }
  | { readonly kind: "late"; readonly waitedFor: string };

const LOOK_EVERY_MS = 50;
/** A container without ports is a job until it has run this long. */
const JOB_MS = 60_000;

/** Waits until every exposed TCP port has a listener, or the program has ended; never a fixed time. */
export async function waitUntilReady(engine: Engine, id: string, limits: { deadlineMs: number; signal: AbortSignal }): Promise<Readiness> {
  const until = performance.now() + limits.deadlineMs;
  for (;;) {
    limits.signal.throwIfAborted();
    const container = await inspectContainer(engine, id);
    if (!container.state.running) return { kind: "ended" };
    const wanted = container.config.exposed.filter((port) => port.endsWith("/tcp")).map((port) => Number.parseInt(port, 10));
    const open = await listeningPorts(container);
    const missing = wanted.filter((port) => !open.has(port));
    if (wanted.length > 0 && missing.length === 0) return { kind: "ready" };
    if (performance.now() > (wanted.length > 0 ? until : Math.min(until, until - limits.deadlineMs + JOB_MS))) {
      return wanted.length === 0 ? { kind: "ready" } : { kind: "late", waitedFor: `port ${missing.join(", ")}` };
    }
    await delay(LOOK_EVERY_MS);
  }
}

async function listeningPorts(container: ContainerInfo): Promise<ReadonlySet<number>> {
  const texts = await Promise.all(["tcp", "tcp6"].map((name) => readTextIfThere(`/proc/${container.state.pid}/net/${name}`)));
  const lines = texts.flatMap((text) => (text ?? "").split("\n").slice(1));
  const listening = lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === "0A");
  return new Set(listening.map((fields) => Number.parseInt(fields[1]?.split(":")[1] ?? "0", 16)));
}
