import { attachContainer } from "../../engine/stream/attach.ts";
import {
  type ContainerInfo,
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
  waitContainer,
} from "../../engine/container/container.ts";
import type { ContainerSpec } from "../../engine/container/container-spec.ts";
import { containerLogs } from "../../engine/stream/logs.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { TracedStart } from "../../trace/sensor.ts";
import type { Pending } from "../pending.ts";
import { askPorts } from "./ask-ports.ts";
import { endProgram } from "./end-program.ts";
import type { Answer, ExerciseResult, ExerciseRun, ToBeUsed } from "./plan.ts";
import { portAddresses } from "../../probe/port-addresses.ts";
import { waitUntilReady } from "./ready.ts";
import { runCommands } from "./run-commands.ts";

const LOG_LINES = 20;

interface Exercised {
  readonly run: ExerciseRun;
  /** What the start waits for, and what goes before anything is asked of it. */
  readonly traced?: Pick<TracedStart, "placed" | "follow">;
  /** Gets the removal of the container. */
  readonly pending: Pending;
}

/** Runs a container through its exercise to its end; its removal begins in any case. */
export async function exercise(engine: Engine, container: ContainerSpec, { run, traced, pending }: Exercised): Promise<ExerciseResult> {
  run.signal.throwIfAborted();
  const id = await createContainer(engine, run.stdin === null ? container : { ...container, openStdin: true, stdinOnce: true });
  const remove = (): Promise<void> => removeContainer(engine, id, { force: true, volumes: true });
  try {
    const given = run.stdin === null ? null : await attachContainer(engine, id, { signal: run.signal });
    await traced?.placed();
    run.signal.throwIfAborted();
    await startContainer(engine, id);
    if (given !== null && run.stdin !== null) given.resume().end(run.stdin);
    await traced?.follow(id);
    return await act(engine, id, run);
  } finally {
    pending.add(remove());
  }
}

async function act(engine: Engine, id: string, run: ExerciseRun): Promise<ExerciseResult> {
  const ready = await waitUntilReady(engine, id, run);
  if (ready.kind === "ended") return judgeJob(engine, id, run);
  if (ready.kind === "late")
    return failed(engine, id, { why: `it did not get ready within ${run.deadlineMs / 1000} s: ${ready.waitedFor}` });
  const ran = await runCommands(engine, id, run);
  const isAlive = (await inspectContainer(engine, id)).state.running;
  const answers = isAlive && run.hasProbes ? await askPorts(engine, id, run) : [];
  if (isAlive) await run.wait?.(toBeUsed(await inspectContainer(engine, id)));
  const isAliveAtLast = (await inspectContainer(engine, id)).state.running;
  if (run.isOriginal) await endProgram(engine, id, run.stopSignal);
  if (ran.why !== "") return failed(engine, id, ran);
  if (!isAliveAtLast && run.wait === null) return failed(engine, id, { ...ran, why: "the program ended during the exercise" });
  return { isPassed: true, isService: true, why: "", output: ran.output, logs: "", answers: [...ran.answers, ...answers] };
}

function toBeUsed(container: ContainerInfo): ToBeUsed {
  const addresses = portAddresses(container).map(({ port, host, hostPort }) => `${port} at ${host}:${hostPort}`);
  return { name: container.name, hasTerminal: container.tty, addresses };
}

/** A job is judged by its exit code, and by the command of the host, which may look at what it left. */
async function judgeJob(engine: Engine, id: string, run: ExerciseRun): Promise<ExerciseResult> {
  const exit = await waitContainer(engine, id, { signal: run.signal });
  const output = (await containerLogs(engine, id)).toString();
  if (exit !== 0) return failed(engine, id, { why: `the program ended with ${exit}`, output });
  if (run.inside.length > 0 || run.wait !== null) {
    return failed(engine, id, { why: "the program ended before anything could be done with it", output });
  }
  const ran = await runCommands(engine, id, run);
  if (ran.why !== "") return failed(engine, id, ran);
  const answers: readonly Answer[] = [{ question: "the program", answer: "ends with 0", body: null }];
  return { isPassed: true, isService: false, why: "", output, logs: output, answers };
}

async function failed(engine: Engine, id: string, ran: { readonly why: string; readonly output?: string }): Promise<ExerciseResult> {
  const logs = (await containerLogs(engine, id, { tail: LOG_LINES })).toString();
  return { isPassed: false, isService: false, why: ran.why, output: ran.output ?? "", logs, answers: [] };
}
