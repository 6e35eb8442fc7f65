import { performance } from "node:perf_hooks";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { startFailure } from "../../capture/command/start-failure.ts";
import { whileAnswers } from "../../engine/transport/silence.ts";
import type { RandomHex } from "../../base/clock.ts";
import type { ToldState } from "../exec/marked-output.ts";
import type { ExecRequest } from "../exec/request.ts";
import { hangUp, hangUpLater, readSignal, signalCommand } from "../exec/signal-command.ts";
import type { CommandEnd, RunningCommand } from "../exec/running-command.ts";
import { nameOf, valueOf } from "../exec/shell-line.ts";
import { whileWhole } from "../link/link.ts";
import type { Client } from "./client-connection.ts";
import { connectionLost, failureOfCommand, givenUp, noCommand } from "./command-failures.ts";
import { stateOf, wordsOf } from "./command-state.ts";
import { type CommandPlan, planCommand } from "./command-plan.ts";
import type { LiveContainer } from "./live-container.ts";
import { RunningNotes } from "./orphans.ts";
import type { Recorded } from "./recorder.ts";
import { remember, type ShellMemory } from "./shell-memory.ts";
import { type CommandParts, startCommand } from "./start-command.ts";
import { passSessionStep } from "./steps.ts";

/** A command that runs is given up later than one that waits: its engine may be at its limits because of it. */
const SILENT_DEADLINES = 3;

/** What a command needs of its session. */
export interface RunnerSession {
  readonly folder: string;
  readonly randomHex: RandomHex;
  readonly deadlineMs: number;
  /** The container, as it runs now. Throws where it does not. */
  live(): Promise<LiveContainer>;
  readonly memory: () => ShellMemory;
  readonly setMemory: (memory: ShellMemory) => Promise<void>;
  /** The container's folder that a folder of this machine is; null outside of the mount. */
  readonly folderInContainer: (local: Buffer) => Buffer | null;
  /** A command that began then (performance.now()) has ended: resolves when what it changed is seen here. */
  readonly onChanged: (since: number) => Promise<void>;
  readonly leaveOut: (stepId: string) => Promise<void>;
}

/** Runs one client's command: from its words to its exit code, written down on the way. */
export class CommandRunner {
  readonly #session: RunnerSession;
  readonly #running = new Set<RunningCommand>();

  constructor(session: RunnerSession) {
    this.#session = session;
  }

  /** Numbers of the running commands' shells, as the container has them. */
  get pids(): readonly number[] {
    return [...this.#running].flatMap(({ process }) => (process.pid === null ? [] : [process.pid]));
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Never rejects: the client hears of what failed. */
  async run(request: ExecRequest, client: Client): Promise<void> {
    try {
      await this.#run(request, client);
    } catch (error) {
      void client.fail(failureOfCommand(error));
    }
  }

  async #run(request: ExecRequest, client: Client): Promise<void> {
    const since = performance.now();
    const plan = planCommand(request);
    if (plan === null) throw noCommand();
    const live = await this.#session.live();
    const { link } = live.place;
    const memory = this.#session.memory();
    const cwd = this.#folderOf(request, live, memory);
    const base = await whileWhole(link, live.recorder.variablesOf(request.user));
    const state = stateOf(memory, { base, cwd, env: request.env });
    await whileWhole(link, live.recorder.settleBefore());
    const recorded = await live.recorder.begin({ ...wordsOf(plan, state), user: request.user });
    const place = request.user === null ? live.place : { ...live.place, user: request.user };
    passSessionStep("begun");
    const notes = new RunningNotes(this.#session.folder);
    const own = { word: this.#session.randomHex(16), streams: client.streams, isWithoutInput: () => client.isWithoutInput };
    const parts = { live, place, plan, request, cwd, memory, notes, ...own };
    const giveUp = (error: unknown): never => {
      recorded.end(null, null, false);
      throw error;
    };
    const running = await started(parts).catch((error: unknown) => {
      void notes.forget();
      return giveUp(error);
    });
    passSessionStep("started");
    const end = await this.#watch(running, parts, client).catch((error: unknown) => giveUp(givenUp(error)));
    passSessionStep("ended");
    await Promise.all([
      this.#finish({ live, plan, recorded, end, cwd, request, hadInput: client.hadInput }),
      this.#session.onChanged(since),
    ]);
    passSessionStep("recorded");
    // A new shell's start keeps this process from all else for a moment: the command's end is told before.
    void tell(client, end, plan).then(() => live.pool.refill());
  }

  async #watch(running: RunningCommand, { place, notes }: CommandParts, client: Client): Promise<CommandEnd> {
    this.#running.add(running);
    client.onSignal((name) => {
      const signal = readSignal(name);
      if (signal === null || !this.#running.has(running)) return;
      running.spoil();
      void signalCommand(place, running.process, signal);
    });
    client.onResize((size) => running.resize(size));
    const onGone = (): void => {
      running.spoil();
      void hangUp(place, running.process);
    };
    client.gone.addEventListener("abort", onGone, { once: true });
    if (client.gone.aborted) onGone();
    let isLost = true;
    try {
      const end = await whileAnswers(place.engine.channel, this.#session.deadlineMs * SILENT_DEADLINES, running.done);
      isLost = end.exit === null && end.refusal === null;
      return end;
    } catch (error) {
      running.spoil();
      throw error;
    } finally {
      client.gone.removeEventListener("abort", onGone);
      this.#running.delete(running);
      const over = isLost ? hangUpLater(place, running.process) : Promise.resolve();
      void over.then(() => notes.forget());
    }
  }

  async #finish({ live, plan, recorded, end, cwd, request, hadInput }: Finished): Promise<void> {
    const after = end.state === null ? null : this.#learn(live, end.state, request);
    if (after !== null) await this.#session.setMemory(after);
    passSessionStep("remembered");
    const told = end.state?.cwd.toString() ?? cwd.toString();
    const base = await live.recorder.variablesOf(request.user);
    const now = after === null ? null : stateOf(after, { base, cwd: Buffer.from(told), env: request.env });
    recorded.end(exitOf(end, plan), now, hadInput);
    await recorded.begun;
    if (plan.isLeftOut) await this.#session.leaveOut(recorded.id);
  }

  // What was set for this command alone is not remembered.
  #learn(live: LiveContainer, told: ToldState, { env, user }: ExecRequest): ShellMemory {
    const memory = this.#session.memory();
    const after = remember(told, live.environment);
    const set = new Map(after.set);
    const own = env.filter((setting) => set.get(nameOf(setting))?.equals(valueOf(setting)) === true).map(nameOf);
    for (const name of user === null ? own : [...own, ...WHO]) {
      const before = memory.set.get(name);
      if (before === undefined) set.delete(name);
      else set.set(name, before);
    }
    return { ...after, set };
  }

  #folderOf(request: ExecRequest, live: LiveContainer, memory: ShellMemory): Buffer {
    const { workdir } = live.info.config;
    const own = Buffer.from(workdir === "" ? "/" : workdir);
    const start = this.#session.folderInContainer(request.localFolder) ?? memory.cwd ?? own;
    if (request.workdir === null) return start;
    return request.workdir.toString("latin1").startsWith("/") ? request.workdir : Buffer.concat([start, Buffer.from("/"), request.workdir]);
  }
}

/** A command that is started when the way to it is lost already runs for nobody. */
async function started(parts: CommandParts): Promise<RunningCommand> {
  const { link } = parts.place;
  const starting = startCommand(parts);
  try {
    return await whileWhole(link, starting);
  } catch (error) {
    if (!link.isWhole) void starting.then((late) => hangUpLater(parts.place, late.process)).catch(() => undefined);
    throw error;
  }
}

interface Finished {
  readonly live: LiveContainer;
  readonly plan: CommandPlan;
  readonly recorded: Recorded;
  readonly end: CommandEnd;
  readonly cwd: Buffer;
  readonly request: ExecRequest;
  readonly hadInput: boolean;
}

/** These tell which user a command runs as. */
const WHO = ["HOME", "USER", "LOGNAME", "SHELL", "MAIL"] as const;

/** Of a program that could not be started the engine tells no code, or another one. */
function exitOf(end: CommandEnd, plan: CommandPlan): number | null {
  return end.refusal === null ? end.exit : refusalOf(end.refusal, plan).exit;
}

function refusalOf(refusal: string, plan: CommandPlan): CooperError {
  const program = plan.kind === "program" ? String(plan.argv[0]) : "the shell";
  return startFailure(refusal, program) ?? new CooperError("command-not-started", refusal.trim(), { exit: EXIT.cooperFailed });
}

async function tell(client: Client, end: CommandEnd, plan: CommandPlan): Promise<void> {
  if (end.refusal !== null) await client.fail(failureOfCommand(refusalOf(end.refusal, plan)));
  else if (end.exit === null) await client.fail(failureOfCommand(connectionLost()));
  else await client.end(end.exit);
}
