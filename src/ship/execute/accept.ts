import { setTimeout as wait } from "node:timers/promises";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import { runInContainer } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { listeningSockets } from "../../probe/listening.ts";
import { waitUntil } from "../../probe/wait-until.ts";
import type { Plan } from "../plan/model.ts";
import type { BroughtUp, Execution } from "./model.ts";

type Judged = { readonly by: Exclude<BroughtUp["accepted"], "ran-already"> } | { readonly refused: string };

/** How it was seen to work, and since when it did; or why it does not. */
type Accepted = { readonly by: Exclude<BroughtUp["accepted"], "ran-already">; readonly since: number } | { readonly refused: string };

/** Docker's own, where a health check does not say. */
const INTERVAL_MS = 30_000;
const RETRIES = 3;
const SLACK_MS = 30_000;
const PORT_WITHIN_MS = 60_000;
/** Many programs listen first, and end when they see what is wrong. */
const SETTLE_MS = 1000;

/** Waits until a container that was just started is seen to work: its health check says so, else a port listens, else it stays up. */
export async function acceptContainer({ engine, signal, clock, emit }: Execution, id: string, plan: Plan): Promise<Accepted> {
  const begun = clock();
  const first = await inspectContainer(engine, id);
  const judge = await chooseJudge(engine, first, plan);
  const look = async (): Promise<Judged | null> => {
    const info = await inspectContainer(engine, id);
    return refusalOf(info, first) ?? (await judge.look(info, clock() - begun));
  };
  const seconds = Math.ceil(judge.withinMs / 1000);
  emit({ kind: "progress", text: `${plan.container.name}: waiting until ${judge.wanted} (at most ${seconds} s)` });
  const judged = await waitUntil(look, { withinMs: judge.withinMs, signal });
  if (judged === null) return { refused: `${judge.awaited} within ${judge.withinMs / 1000} s` };
  if ("refused" in judged) return judged;
  const since = judged.by === "stays-up" ? begun : clock();
  if (judged.by === "port") await wait(Math.min(SETTLE_MS, plan.replacement.stayUpMs), undefined, { signal });
  return refusalOf(await inspectContainer(engine, id), first) ?? { by: judged.by, since };
}

interface Judge {
  readonly withinMs: number;
  readonly wanted: string;
  /** What did not come, where it did not. */
  readonly awaited: string;
  readonly look: (info: ContainerInfo, ms: number) => Promise<Judged | null>;
}

async function chooseJudge(engine: Engine, info: ContainerInfo, plan: Plan): Promise<Judge> {
  const { deadlineMs } = plan.replacement;
  const check = info.config.healthCheck;
  if (check !== null) {
    const round = (check.intervalMs || INTERVAL_MS) + (check.timeoutMs || INTERVAL_MS);
    const derived = check.startPeriodMs + (check.retries || RETRIES) * round + SLACK_MS;
    return {
      withinMs: deadlineMs ?? derived,
      wanted: "its health check succeeds",
      awaited: "its health check did not succeed",
      look: byHealth,
    };
  }
  const ports = portsOf(info, plan);
  if (ports.length > 0 && (await canSeePorts(engine, info))) {
    const named = ports.map((port) => `${port}/tcp`).join(" or ");
    const texts = { wanted: `it listens on ${named}`, awaited: `nothing listened on ${named}` };
    return { ...texts, withinMs: deadlineMs ?? PORT_WITHIN_MS, look: byPort(engine, ports) };
  }
  const { stayUpMs } = plan.replacement;
  const look: Judge["look"] = async (_, ms) => (ms >= stayUpMs ? { by: "stays-up" } : null);
  return { withinMs: Math.max(stayUpMs, deadlineMs ?? 0) + SLACK_MS, wanted: "it has stayed up", awaited: "it did not stay up", look };
}

function refusalOf({ state }: ContainerInfo, first: ContainerInfo): { readonly refused: string } | null {
  if (state.restarting || state.restarts > 0 || (state.running && state.startedAt !== first.state.startedAt))
    return { refused: "it ended, and its restart policy started it again" };
  return state.running ? null : { refused: `it ended with exit code ${state.exitCode}` };
}

async function byHealth({ state }: ContainerInfo): Promise<Judged | null> {
  if (state.health === "healthy") return { by: "health" };
  if (state.health !== "unhealthy") return null;
  const last = state.healthLog.at(-1);
  const output = last?.output.trim().slice(0, 500) ?? "";
  const said = last === undefined ? "" : `: exit code ${last.exit}${output === "" ? "" : `, ${output}`}`;
  return { refused: `its health check fails${said}` };
}

function byPort(engine: Engine, ports: readonly number[]): Judge["look"] {
  return async (info) => {
    const sockets = await listeningSockets(engine, info);
    // One that only the container itself reaches serves nobody.
    const isReached = sockets.some(({ protocol, port, address }) => protocol === "tcp" && ports.includes(port) && !isLoopback(address));
    return isReached ? { by: "port" } : null;
  };
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** The ports that the settings publish, else those that the image says. */
function portsOf({ config }: ContainerInfo, { container }: Plan): readonly number[] {
  const published = container.ports.filter(({ protocol }) => protocol === "tcp").map(({ target }) => target);
  if (container.ports.length > 0) return published;
  return config.exposed.filter((port) => port.endsWith("/tcp")).map((port) => Number.parseInt(port, 10));
}

/** On another machine the container itself has to tell, with a program that it may not have. */
async function canSeePorts(engine: Engine, { id }: ContainerInfo): Promise<boolean> {
  if (engine.isLocal) return true;
  const result = await runInContainer(engine, id, ["cat", "/proc/net/tcp"]).catch(() => null);
  return result?.exit === 0;
}
