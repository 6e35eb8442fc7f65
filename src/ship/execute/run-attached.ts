import type { Duplex, Readable, Writable } from "node:stream";
import { CooperError } from "../../base/errors.ts";
import { attachContainer } from "../../engine/stream/attach.ts";
import { type ContainerInfo, createContainer, resizeContainer, startContainer, waitContainer } from "../../engine/container/container.ts";
import { demultiplex } from "../../engine/stream/demultiplex.ts";
import { joinNetwork } from "../../engine/network.ts";
import type { Plan } from "../plan/model.ts";
import { stopAndRemove } from "./back-and-forward.ts";
import { imageOf, makeSurroundings, namesake } from "./bring-up.ts";
import { containerOfPlan } from "./container-of-plan.ts";
import type { BringUpRequest, Execution } from "./model.ts";
import { takeDown } from "./take-down.ts";
import { withUnitLock } from "./unit-lock.ts";

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** An instance in the foreground. */
export interface AttachedRun extends Pick<BringUpRequest, "plan" | "prepare"> {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly terminal: { readonly size: () => Size; readonly onResize: (listener: (size: Size) => void) => () => void };
  /** The container starts now: the terminal is its own from here on. */
  readonly onStart: () => void;
}

/** Runs an instance until its program ends, and removes it then with its own network; gives the program's exit code. Throws `instance-runs`. */
export async function runAttached(execution: Execution, run: AttachedRun): Promise<number> {
  const { plan } = run;
  const purpose = { unit: plan.unit, purpose: `run ${plan.unit}` };
  const id = await withUnitLock(execution, purpose, () => make(execution, run));
  try {
    return await follow(execution, run, id);
  } finally {
    const late: Execution = { ...execution, signal: new AbortController().signal };
    await withUnitLock(late, purpose, (lock) => takeDown(late, { plan, lock }));
  }
}

async function make({ engine }: Execution, { plan, prepare }: AttachedRun): Promise<string> {
  const there = await namesake(engine, plan.container.name);
  if (there !== null) await makeRoom(engine, there, plan);
  const image = await imageOf(engine, plan);
  const prepared = await prepare(plan);
  try {
    await makeSurroundings(engine, plan);
    const spec = await containerOfPlan(plan, image, prepared.mounts);
    const id = await createContainer(engine, { ...spec, name: plan.container.name, stdinOnce: true });
    for (const network of plan.container.networks.slice(1)) await joinNetwork(engine, network.name, { container: id, ...network });
    return id;
  } catch (error) {
    await prepared.release();
    throw error;
  }
}

/** One that was left over makes room; one that runs is somebody's. */
async function makeRoom(engine: Execution["engine"], there: ContainerInfo, { unit, mode }: Plan): Promise<void> {
  if (!there.state.running && there.config.labels["cooper.unit"] === unit && mode !== "prod") return stopAndRemove(engine, there.id);
  throw new CooperError("instance-runs", `There is a container ${there.name} already.`, {
    hint: `See \`cooper ps ${unit}\`; \`cooper down ${unit}${mode === "prod" ? "" : ` --mode ${mode}`}\` removes it.`,
    where: { container: there.name },
  });
}

async function follow({ engine, signal }: Execution, run: AttachedRun, id: string): Promise<number> {
  const { terminal, stdin } = run;
  const hasTty = run.plan.container.tty === true;
  const stream = await attachContainer(engine, id, { signal });
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  const resize = (size: Size): void => void resizeContainer(engine, id, size).catch(() => undefined);
  const stopResize = hasTty ? terminal.onResize(resize) : (): void => undefined;
  try {
    const ended = waitContainer(engine, id, { condition: "next-exit", signal });
    ended.catch(() => undefined);
    run.onStart();
    await startContainer(engine, id);
    if (hasTty) resize(terminal.size());
    stdin.pipe(stream);
    await copyOut(stream, run, hasTty);
    return await ended;
  } finally {
    signal.removeEventListener("abort", stop);
    stopResize();
    stdin.unpipe(stream);
    stdin.pause();
    stream.destroy();
  }
}

async function copyOut(stream: Duplex, { stdout, stderr }: AttachedRun, hasTty: boolean): Promise<void> {
  try {
    if (hasTty) for await (const chunk of stream) stdout.write(chunk);
    else for await (const frame of demultiplex(stream)) (frame.stream === "stdout" ? stdout : stderr).write(frame.bytes);
  } catch (error) {
    if (!stream.destroyed) throw error;
  }
}
