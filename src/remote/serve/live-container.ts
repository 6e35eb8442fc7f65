import type { Clock, RandomHex } from "../../base/clock.ts";
import { CooperError, isCooperError } from "../../base/errors.ts";
import type { Emit } from "../../base/events.ts";
import { EXIT } from "../../base/exit-code.ts";
import { type ContainerInfo, inspectContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { HistoryStore } from "../../history/store.ts";
import { collectStream } from "../exec/collect-stream.ts";
import { inTime } from "../exec/in-time.ts";
import type { ContainerPlace } from "../exec/running-command.ts";
import { type LineCommand, waitingLine } from "../exec/shell-line.ts";
import type { Link } from "../link/link.ts";
import { ChannelPool } from "./channel-pool.ts";
import { Recorder } from "./recorder.ts";
import { environmentOf } from "./shell-memory.ts";
import { passSessionStep } from "./steps.ts";

export interface LiveOptions {
  readonly engine: Engine;
  readonly link: Link;
  /** Resolves when nobody waits for anything else of the engine. */
  readonly quiet: Promise<void>;
  readonly store: HistoryStore;
  readonly containerId: string;
  readonly user: string | null;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Shells of ours that run commands now. */
  readonly runningPids: () => readonly number[];
  readonly onChanged: (paths: readonly string[]) => void;
}

/** A container from one start to its end, and what is open in it. */
export interface LiveContainer {
  readonly info: ContainerInfo;
  readonly place: ContainerPlace;
  readonly pool: ChannelPool;
  readonly recorder: Recorder;
  /** The shell for text: "bash", "sh"; null where the image has none. */
  readonly shell: "bash" | "sh" | null;
  /** Where it is: a command may have no PATH that leads there. */
  readonly shellPath: string;
  /** What a new command of the container has in its environment. */
  readonly environment: ReadonlyMap<string, Buffer>;
  close(): Promise<void>;
}

/** The engine reads them when it starts a shell: its user's groups and home. */
const OF_USERS: ReadonlySet<string> = new Set(["/etc/passwd", "/etc/group"]);

/** Opens all that commands need. Throws `container-stopped`, `container-paused`, `container-removed`. */
export async function openLive(options: LiveOptions): Promise<LiveContainer> {
  const { engine, link, containerId, user } = options;
  const info = await inspectOwn(engine, containerId);
  checkRuns(info);
  const place = { engine, link, containerId, user };
  const pool = new ChannelPool(place);
  const { shell, shellPath, environment } = await askShell(pool, options);
  const ownPids = (): readonly number[] => [...pool.pids, ...options.runningPids()];
  const path = environment.get("PATH")?.toString() ?? null;
  const onChanged = (paths: readonly string[]): void => {
    if (paths.some((changed) => OF_USERS.has(changed))) pool.renew();
    options.onChanged(paths);
  };
  const recorder = await Recorder.open({ ...options, container: info, shellKind: shell ?? "none", path, ownPids, onChanged });
  pool.refill();
  passSessionStep("opened");
  const close = async (): Promise<void> => {
    pool.close();
    await recorder.close();
  };
  return { info, place, pool, recorder, shell, shellPath, environment, close };
}

/** What the engine has of a session's container. Throws `container-removed`. */
export async function inspectOwn(engine: Engine, id: string): Promise<ContainerInfo> {
  return await inspectContainer(engine, id).catch((error: unknown) => {
    throw isCooperError(error) && error.code === "container-unknown" ? containerRemoved(id) : error;
  });
}

function containerRemoved(id: string): CooperError {
  const short = id.slice(0, 12);
  return new CooperError("container-removed", `the session's container ${short} was removed`, {
    hint: `Forget the session (cooper dev rm) and make another; what was done is kept: cooper history ${short}`,
    exit: EXIT.cooperFailed,
  });
}

/** It takes no command. */
export function containerPaused(name: string): CooperError {
  return new CooperError("container-paused", `the container ${name} is paused`, {
    hint: `docker unpause ${name}`,
    exit: EXIT.cooperFailed,
  });
}

/** Throws where no command could run in it. */
export function checkRuns({ name, state }: ContainerInfo): void {
  if (state.paused) {
    throw containerPaused(name);
  }
  if (!state.running) {
    throw new CooperError("container-stopped", `the container ${name} is not running (${state.status})`, {
      hint: "Start it: cooper dev start",
      exit: EXIT.cooperFailed,
    });
  }
}

interface Asked {
  readonly shell: "bash" | "sh" | null;
  readonly shellPath: string;
  readonly environment: ReadonlyMap<string, Buffer>;
}

/** Tells the shell that there is, in the place of a command's own output. */
const ASK = "command -v bash 2>/dev/null || echo sh";

async function askShell(pool: ChannelPool, { randomHex }: LiveOptions): Promise<Asked> {
  const channel = await pool.take();
  if (channel === null) return { shell: null, shellPath: "/bin/sh", environment: new Map() };
  const word = randomHex(16);
  const command: LineCommand = { kind: "text", text: Buffer.from(ASK), shell: "/bin/sh", dump: "bytes" };
  const output = collectStream();
  const line = waitingLine({ cwd: Buffer.from("/"), set: [], unset: [], size: null, command, word }, true);
  const running = channel.run(line, { stdin: null, stdout: output.stream, stderr: collectStream().stream });
  const { state } = await inTime(running.done, () => channel.hangUp());
  const told = output.bytes().toString().trim();
  const [shell, shellPath] = told.startsWith("/") ? (["bash", told] as const) : (["sh", "/bin/sh"] as const);
  return { shell, shellPath, environment: environmentOf(state?.environment ?? []) };
}
