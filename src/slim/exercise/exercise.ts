import { containerLogs } from "../../engine/logs.ts";
import {
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
  stopContainer,
  waitContainer,
} from "../../engine/container.ts";
import type { ContainerSpec } from "../../engine/container-spec.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { runProcess } from "../../system/process.ts";
import { greetPort } from "../../probe/greet.ts";
import { waitUntilReady } from "./ready.ts";

/** What is done with a container so that its program shows what it needs. */
export interface ExerciseSpec {
  /** A command of the host, run by `sh -c`, with the COOPER_* variables; null: only readiness. */
  readonly command: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reference of the image, for COOPER_IMAGE. */
  readonly image: string;
  /** How long readiness and the command may take, in ms. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Stop the program by its signal at the end, so that what it does then is seen too. */
  readonly stopsGracefully: boolean;
}

export interface ExerciseResult {
  readonly isPassed: boolean;
  /** What went wrong, in one line; empty when passed. */
  readonly why: string;
  /** Exit code of the container's program; null while it had to be stopped. */
  readonly exit: number | null;
  readonly output: string;
  /** The last lines of the container's own output. */
  readonly logs: string;
  /** What the ports answered when greeted: to be the same of both images. */
  readonly answers: string;
}

/** What a program has to end by itself; one that ignores its signal is killed. */
const STOP_SECONDS = 2;
const LOG_LINES = 20;

/** Runs a container through its exercise to its end, lets `use` look at it before it is removed, and removes it in any case. */
export async function exercise<T>(
  engine: Engine,
  container: ContainerSpec,
  { spec, use }: { spec: ExerciseSpec; use: (id: string) => Promise<T> },
): Promise<{ readonly result: ExerciseResult; readonly used: T }> {
  const id = await createContainer(engine, container);
  try {
    await startContainer(engine, id);
    const result = await act(engine, id, spec);
    return { result, used: await use(id) };
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}

async function act(engine: Engine, id: string, spec: ExerciseSpec): Promise<ExerciseResult> {
  const ready = await waitUntilReady(engine, id, { deadlineMs: spec.deadlineMs, signal: spec.signal });
  if (ready.kind === "ended") return judgeJob(engine, id, spec);
  if (ready.kind === "late")
    return failed(engine, id, { why: `it did not get ready within ${spec.deadlineMs / 1000} s: ${ready.waitedFor}` });
  const asked = spec.command === null ? await greetAll(engine, id, spec) : await runCommand(engine, id, spec);
  const isAlive = (await inspectContainer(engine, id)).state.running;
  if (spec.stopsGracefully) await stopContainer(engine, id, { graceSeconds: STOP_SECONDS });
  if (asked.why !== "") return failed(engine, id, asked);
  if (!isAlive) return failed(engine, id, { ...asked, why: "the program ended during the exercise" });
  return { isPassed: true, why: "", exit: null, output: asked.output, logs: "", answers: asked.answers };
}

interface Asked {
  readonly why: string;
  readonly output: string;
  readonly answers: string;
}

async function runCommand(engine: Engine, id: string, spec: ExerciseSpec): Promise<Asked> {
  const env = await variables(engine, id, spec);
  const ran = await runProcess(["sh", "-c", spec.command ?? ""], { env, timeoutMs: spec.deadlineMs, signal: spec.signal });
  const output = ran.stdout.toString() + ran.stderr.toString();
  return { why: ran.exit === 0 ? "" : `the exercise ended with ${ran.exit}`, output, answers: "" };
}

/** Without a command of the user's, every published port is greeted; what it answers is compared between the images. */
async function greetAll(engine: Engine, id: string, spec: ExerciseSpec): Promise<Asked> {
  const { networkSettings } = await inspectContainer(engine, id);
  const lines: string[] = [];
  for (const [name, hosts] of Object.entries(networkSettings.ports).sort()) {
    const [host, hostPort] = splitAddress(hosts[0] ?? "");
    if (!name.endsWith("/tcp") || host === "") continue;
    const greeting = await greetPort({ port: Number.parseInt(name, 10), host, hostPort: Number(hostPort), signal: spec.signal });
    lines.push(`${name} ${greeting.protocol}`, ...greeting.pages.map((page) => `${name} ${page.status} ${page.path}`));
  }
  const answers = lines.join("\n");
  return { why: "", output: answers, answers };
}

function splitAddress(address: string): [string, string] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), address.slice(colon + 1)];
}

/** A job is judged by its exit code. */
async function judgeJob(engine: Engine, id: string, spec: ExerciseSpec): Promise<ExerciseResult> {
  const exit = await waitContainer(engine, id, { signal: spec.signal });
  const output = (await containerLogs(engine, id)).toString();
  if (exit !== 0) return { ...(await failed(engine, id, { why: `the program ended with ${exit}`, output })), exit };
  return { isPassed: true, why: "", exit, output, logs: output, answers: "exit 0" };
}

async function failed(engine: Engine, id: string, asked: Partial<Asked> & { readonly why: string }): Promise<ExerciseResult> {
  const logs = (await containerLogs(engine, id, { tail: LOG_LINES })).toString();
  return { isPassed: false, why: asked.why, exit: null, output: asked.output ?? "", logs, answers: "" };
}

async function variables(engine: Engine, id: string, spec: ExerciseSpec): Promise<Record<string, string | undefined>> {
  const container = await inspectContainer(engine, id);
  const ports = Object.entries(container.networkSettings.ports).map(([port, host]) => [`COOPER_PORT_${port.split("/")[0]}`, host[0]]);
  return {
    ...spec.env,
    ...engine.dockerEnv,
    COOPER_CONTAINER: container.name,
    COOPER_IMAGE: spec.image,
    COOPER_IP: container.networkSettings.ip,
    ...Object.fromEntries(ports),
  };
}
