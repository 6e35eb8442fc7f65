import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import type { Finding } from "../../../base/finding.ts";
import { findContainer } from "../../../engine/container/container.ts";
import { removeLeftOvers } from "../../../engine/left-overs.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { containerServer } from "../../../remote/mount/container-server.ts";
import type { Mount, MountRequest } from "../../../remote/mount/model.ts";
import { bookMount, findMount, listMounts, mountBook, notMounted, unbookMount } from "../../../remote/mount/mount-book.ts";
import { mountNative } from "../../../remote/mount/native-mount.ts";
import { mountContainer } from "../../../remote/mount/mount-container.ts";
import { detach } from "../../../remote/mount/sshfs.ts";
import { readTextIfThere } from "../../../system/file/files.ts";
import { mountAt, truePath } from "../../../system/file/mount-state.ts";
import { isStopped, processName } from "../../../system/process/process-name.ts";
import { spawnDetached } from "../../../system/process/process.ts";
import { isRunning } from "../../../system/process/signal-group.ts";
import { makePrivateFolder } from "../../../system/store/state-folder.ts";
import { renderTable } from "../../../terminal/table.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { openChosenEngine } from "../../places.ts";
import { localSensor, readSensor } from "../../sensor-program.ts";

export interface MountOptions extends EngineChoice {
  /** Milliseconds. */
  readonly deadline: number;
  readonly helper?: boolean;
  /** Bind the container's own root. */
  readonly unsafeNative?: boolean;
  readonly foreground?: boolean;
  /** Do not print what is done. */
  readonly quiet?: boolean;
}

interface Asked {
  readonly name: string;
  readonly folder: string;
}

const MOUNTED_WITHIN_MS = 90_000;
const UNMOUNTED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 25;
const PAGE = /\(docs\/findings\/([\w-]+)\.md\)/;
const STOPPED_LOOKS = 5_000 / LOOK_EVERY_MS;

/** `cooper dev mount`. */
export async function devMount(context: VerbContext, asked: Asked, options: MountOptions): Promise<number> {
  const folder = await truePath(path.resolve(context.cwd, asked.folder));
  const mount = { ...asked, folder };
  if (options.unsafeNative === true && options.quiet !== true)
    context.progress.emit({ kind: "finding", finding: nativeWarning(asked.name) });
  return options.foreground === true ? await mountHere(context, mount, options) : await mountDetached(context, mount, options);
}

function nativeWarning(name: string): Finding {
  const what = `the files of ${name} are bound as they are: a program that resolves links by itself can be led to files of this machine`;
  return { code: "native-mount-unsafe", message: `${what}, and nothing that is done there is recorded` };
}

async function mountHere(context: VerbContext, { name, folder }: Asked, options: MountOptions): Promise<number> {
  const engine = await openChosenEngine(context, options);
  const info = await findContainer(engine, name);
  void removeLeftOvers(engine).catch(() => undefined);
  const mount =
    options.unsafeNative === true
      ? await mountNative(engine, { folder, container: info.id, env: context.env })
      : await mountContainer(await requestOf(context, engine, { ...options, folder, container: info }));
  return await keepMounted(context, mount, info.name);
}

/** Notes what is mounted, until it ends or this process is told to end. */
export async function keepMounted({ env, signal }: VerbContext, mount: Mount, name: string): Promise<number> {
  try {
    await bookMount(env, { folder: mount.folder, container: name, pid: process.pid, process: processName() });
    await endOf(mount, signal);
  } finally {
    await mount.unmount();
    await unbookMount(env, mount.folder);
  }
  return EXIT.done;
}

async function requestOf(
  context: VerbContext,
  engine: Engine,
  asked: MountOptions & { readonly folder: string; readonly container: { readonly id: string; readonly name: string } },
): Promise<MountRequest> {
  const { container, folder, deadline, helper, quiet } = asked;
  const server = {
    container: container.id,
    sensor: await readSensor(engine),
    localSensor: helper === true ? null : await localSensor(),
    run: `mount-${context.randomHex(6)}${processName()}`,
  };
  return {
    folder,
    name: container.name,
    env: context.env,
    deadlineMs: deadline,
    guard: await localSensor(),
    openServer: containerServer(engine, server),
    onEvent: (event) => {
      if (quiet !== true) void context.print(`${JSON.stringify(event)}\n`).catch(() => undefined);
    },
    onState: (state, reason) => context.progress.emit({ kind: "progress", text: `${state}: ${reason}` }),
  };
}

/** Until it ends by itself, or this process is told to end. */
async function endOf(mount: Mount, signal: AbortSignal): Promise<void> {
  const told = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([mount.ended, told]);
}

async function mountDetached(context: VerbContext, { name, folder }: Asked, options: MountOptions): Promise<number> {
  await startMounting(context, folder, [...wordsOf(options), "--foreground", "--quiet", "--", name, folder]);
  return EXIT.done;
}

/** Starts a process of ours that mounts something at the folder and notes it; throws `mount-not-started` with its words. */
export async function startMounting(context: VerbContext, folder: string, words: readonly string[]): Promise<void> {
  const book = mountBook(context.env);
  await makePrivateFolder(book.folder);
  const pid = await spawnDetached([...context.own, ...words], { logFile: book.log(folder), env: context.env });
  for (const until = Date.now() + MOUNTED_WITHIN_MS; Date.now() < until && isRunning(pid); await delay(LOOK_EVERY_MS)) {
    if ((await findMount(context.env, folder))?.pid === pid) return;
  }
  throw await startFailed(context, folder);
}

function wordsOf({ host, context, deadline, helper, unsafeNative }: MountOptions): readonly string[] {
  return [
    ...(host === undefined ? [] : ["--host", host]),
    ...(context === undefined ? [] : ["--context", context]),
    "dev",
    "mount",
    "--deadline",
    String(deadline / 1_000),
    ...(helper === true ? ["--helper"] : []),
    ...(unsafeNative === true ? ["--unsafe-native"] : []),
  ];
}

/** The process's own words, which are those of an error of ours. */
async function startFailed(context: VerbContext, folder: string): Promise<CooperError> {
  const said = (await readTextIfThere(mountBook(context.env).log(folder)))?.trim() ?? "";
  // What is noted may be the mount of another process, which is in the way.
  if ((await findMount(context.env, folder)) === null) await unbookMount(context.env, folder);
  const [cause = "", ...rest] = said.replace(/^cooper: /, "").split(/\n\s*/);
  const hint = rest.filter((line) => !PAGE.test(line)).join("\n  ");
  return new CooperError(
    PAGE.exec(said)?.[1] ?? "mount-not-started",
    `Nothing could be mounted at ${folder}: ${cause === "" ? "no answer" : cause}`,
    {
      ...(hint === "" ? {} : { hint }),
      exit: EXIT.cooperFailed,
    },
  );
}

/** `cooper dev unmount`. */
export async function devUnmount(context: VerbContext, asked: string | undefined, options: { readonly json?: boolean }): Promise<number> {
  if (asked === undefined) return await showMounts(context, options.json === true);
  const folder = await truePath(path.resolve(context.cwd, asked));
  const mounted = await mountAt(folder);
  const booked = await findMount(context.env, folder);
  const isLeft = (await listMounts(context.env)).some(({ mount }) => mount.folder === folder);
  if (booked === null && !(isLeft && mounted !== null) && mounted?.source.startsWith("cooper:") !== true) throw notMounted(folder);
  await endMount(context, folder);
  return EXIT.done;
}

/** Ends what is mounted at the folder, and its process. */
export async function endMount(context: VerbContext, folder: string): Promise<void> {
  const booked = await findMount(context.env, folder);
  if (booked !== null) await endMounting(booked.pid);
  await detach(folder, context.env);
  await unbookMount(context.env, folder);
}

// One that is stopped does not hear that it is to end.
async function endMounting(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  let stopped = 0;
  for (const until = Date.now() + UNMOUNTED_WITHIN_MS; isRunning(pid) && Date.now() < until; await delay(LOOK_EVERY_MS)) {
    stopped = isStopped(pid) ? stopped + 1 : 0;
    if (stopped >= STOPPED_LOOKS) process.kill(pid, "SIGKILL");
  }
}

async function showMounts(context: VerbContext, isJson: boolean): Promise<number> {
  const mounts = (await listMounts(context.env)).map(({ mount, hasEnded }) => ({ ...mount, state: hasEnded ? "dead" : "mounted" }));
  const rows = mounts.map(({ container, folder, state }) => [container, folder, state]);
  await context.print(isJson ? `${JSON.stringify({ mounts })}\n` : renderTable([["CONTAINER", "FOLDER", "STATE"], ...rows]));
  return EXIT.done;
}
