import type { Clock, RandomHex } from "../../base/clock.ts";
import type { Emit } from "../../base/events.ts";
import { noteSettings } from "./note-settings.ts";
import { removeLeftOvers } from "../../engine/left-overs.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { whileAnswers } from "../../engine/transport/silence.ts";
import type { HistoryStore } from "../../history/store.ts";
import { claimName, listenLocal } from "../../system/network/local-socket.ts";
import { endStoppedChildren } from "../../system/process/stopped-children.ts";
import { type Link, whileWhole } from "../link/link.ts";
import { ownContainer } from "../session/own-container.ts";
import { noteSessionProcess } from "../session/session-pid.ts";
import { readSession, type Session } from "../session/session-record.ts";
import { keepSocketFolder } from "../session/session-socket.ts";
import { type Answering, answerQuestion } from "./answer-question.ts";
import { serveClient } from "./client-connection.ts";
import { CommandRunner } from "./command-runner.ts";
import { ContainerWatch } from "./container-watch.ts";
import { folderBelow } from "./folder-below.ts";
import { leaveOut } from "./leave-out.ts";
import { checkRuns, containerPaused, inspectOwn, type LiveContainer, openLive } from "./live-container.ts";
import { endOrphans } from "./orphans.ts";
import { mountFolder, type SensorPrograms, SessionMount } from "./session-mount.ts";
import { passSessionStep } from "./steps.ts";
import { loadMemory, saveMemory, type ShellMemory } from "./shell-memory.ts";

export interface ServeOptions {
  readonly folder: string;
  readonly engine: Engine;
  /** The way to it. */
  readonly link: Link;
  readonly store: HistoryStore;
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readSensor: (engine: Engine) => Promise<SensorPrograms>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Without a command, a question or a mount for so long the process ends; the next command starts it again. */
const IDLE_MS = 30 * 60_000;

/** Runs what serves a session as its only process; does nothing where another one is that already. */
export async function claimSession({ folder, record }: Session, serve: () => Promise<void>): Promise<void> {
  const claim = await claimName(record.key);
  if (claim === null) return;
  await noteSessionProcess(folder);
  passSessionStep("claimed");
  try {
    await serve();
  } finally {
    claim.release();
  }
}

/** Serves a claimed session until it is told to end, its container is gone, or nobody uses it. */
export async function serveSession(options: ServeOptions): Promise<void> {
  const session = await readSession(options.folder);
  if (session !== null) await new SessionProcess(options, session).serve();
}

class SessionProcess {
  readonly #options: ServeOptions;
  readonly #session: Session;
  readonly #containerId: string;
  readonly #runner: CommandRunner;
  readonly #watch: ContainerWatch;
  readonly #mount: SessionMount;
  #mounted: Promise<void> = Promise.resolve();
  readonly #end = new AbortController();
  #live: Promise<LiveContainer> | null = null;
  #memory: ShellMemory | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(options: ServeOptions, session: Session) {
    this.#options = options;
    this.#session = session;
    const container = ownContainer(session);
    this.#containerId = container.id;
    this.#runner = this.#makeRunner();
    this.#mount = new SessionMount({
      ...options,
      session,
      containerId: container.id,
      onEdit: (path, isMoved) => void this.#edited(path, isMoved),
      onQuiet: () => void this.#look(),
    });
    this.#watch = new ContainerWatch(options.engine, container.id, {
      onDown: () => void this.#drop(),
      onGone: () => this.#end.abort(),
    });
  }

  async serve(): Promise<void> {
    const { folder, engine, link, signal } = this.#options;
    this.#memory = await loadMemory(folder);
    const ended = new Promise<void>((resolve) => this.#end.signal.addEventListener("abort", () => resolve(), { once: true }));
    signal.addEventListener("abort", () => this.#end.abort(), { once: true });
    void removeLeftOvers(engine).catch(() => undefined);
    await whileWhole(link, endOrphans(folder, { engine, link, containerId: this.#containerId, user: null }));
    passSessionStep("orphans-ended");
    await keepSocketFolder(this.#session);
    const server = await listenLocal(this.#session.record.socket, (socket) => {
      this.#use();
      serveClient(socket, {
        run: (request, client) => this.#runner.run(request, client).finally(() => this.#use()),
        answer: (question) => answerQuestion(question, this.#answering()),
      });
    });
    passSessionStep("listening");
    this.#watch.start(this.#end.signal);
    const stopLooking = endStoppedChildren(this.#session.record.settings.deadlineMs);
    if (this.#session.record.isMounted) this.#mounted = this.#mount.start();
    this.#use();
    try {
      await ended;
    } finally {
      server.close();
      stopLooking();
      await this.#mounted.then(() => this.#mount.unmount());
      passSessionStep("unmounted");
      await this.#drop();
      passSessionStep("closed");
    }
  }

  /** The container as it runs now; opened where it was started anew. */
  async #open(): Promise<LiveContainer> {
    const { link } = this.#options;
    if (!(await link.whenWhole(this.#session.record.settings.deadlineMs))) throw link.failure();
    return await whileWhole(link, this.#opened());
  }

  #opened(): Promise<LiveContainer> {
    if (this.#watch.isPaused) return Promise.reject(containerPaused(this.#session.record.container?.name ?? ""));
    if (this.#live !== null) return this.#checked(this.#live);
    const { engine, link, store, clock, randomHex, emit } = this.#options;
    const { user } = this.#session.record;
    const own = { containerId: this.#containerId, user, signal: this.#end.signal, quiet: this.#mounted };
    const place = { engine, link, store, clock, randomHex, emit, ...own };
    const live = openLive({ ...place, runningPids: () => this.#runner.pids, onChanged: (paths) => this.#mount.announce(paths) });
    this.#live = live;
    live.catch(() => {
      if (this.#live === live) this.#live = null;
    });
    return live;
  }

  // Here the engine answers at once, sooner than its events come; elsewhere they are waited for.
  async #checked(opened: Promise<LiveContainer>): Promise<LiveContainer> {
    const { engine } = this.#options;
    const live = await opened;
    if (!engine.isLocal) return live;
    const info = await inspectOwn(engine, this.#containerId);
    checkRuns(info);
    if (info.state.startedAt === live.info.state.startedAt) return live;
    if (this.#live === opened) await this.#drop();
    return await this.#opened();
  }

  async #drop(): Promise<void> {
    const live = this.#live;
    this.#live = null;
    const closed = Promise.resolve(live).then((open) => open?.close());
    await this.#whileAnswers(closed).catch(() => undefined);
  }

  #makeRunner(): CommandRunner {
    const { folder, randomHex, store, engine } = this.#options;
    return new CommandRunner({
      folder,
      randomHex,
      deadlineMs: this.#session.record.settings.deadlineMs,
      live: () => this.#open(),
      memory: () => this.#remembered(),
      setMemory: (memory) => this.#remember(memory),
      folderInContainer: (local) => folderBelow(mountFolder(this.#session), local),
      onChanged: (since) => this.#mount.changed(since),
      leaveOut: (stepId) => leaveOut(store, { engineId: engine.id, containerId: this.#containerId, stepId }),
    });
  }

  #answering(): Answering {
    return {
      ready: async () => {
        const { info, shell } = await this.#open();
        if (this.#session.record.isMounted) this.#mounted = this.#mounted.then(() => this.#mount.start());
        await this.#mounted;
        return { container: info.name, shell, mount: this.#mount.status };
      },
      status: () => {
        const { link } = this.#options;
        return { mount: this.#mount.status, isBusy: this.#runner.isBusy, broken: link.isWhole ? null : link.failure().message };
      },
      flush: () => this.#whileAnswers(this.#write("flush")),
      finish: () => this.#whileAnswers(this.#write("finish")),
      end: () => this.#end.abort(),
      memory: () => this.#remembered(),
      setMemory: (memory) => this.#set(memory),
    };
  }

  #remembered(): ShellMemory {
    if (this.#memory === null) throw new Error("the session's memory is not loaded");
    return this.#memory;
  }

  /** A container that cannot be opened has it with the next command. */
  async #set(memory: ShellMemory): Promise<void> {
    const live = await this.#open().catch(() => null);
    if (live !== null) await this.#whileAnswers(noteSettings(live, this.#remembered(), memory)).catch(() => undefined);
    await this.#remember(memory);
  }

  async #remember(memory: ShellMemory): Promise<void> {
    this.#memory = memory;
    await saveMemory(this.#options.folder, memory);
  }

  async #look(): Promise<void> {
    const live = await this.#live?.catch(() => null);
    live?.recorder.look();
  }

  async #edited(path: string, isMoved: boolean): Promise<void> {
    const live = await this.#live?.catch(() => null);
    live?.recorder.edited(path, isMoved);
  }

  async #write(what: "flush" | "finish"): Promise<void> {
    const live = await this.#live?.catch(() => null);
    if (what === "flush") live?.recorder.look();
    await live?.recorder[what]();
  }

  #whileAnswers<T>(work: Promise<T>): Promise<T> {
    return whileAnswers(this.#options.engine.channel, this.#session.record.settings.deadlineMs, work);
  }

  #use(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => (this.#runner.isBusy || this.#mount.status.state !== "none" ? this.#use() : this.#end.abort()), IDLE_MS);
    this.#idle.unref();
  }
}
