import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import type { Emit } from "../../base/events.ts";
import type { Window } from "../../capture/step/attribute.ts";
import { commandShell } from "../../capture/command/command-shell.ts";
import type { RunningStep } from "../../capture/shell/live-shell.ts";
import { outsideStep } from "../../capture/step/outside-step.ts";
import { beginRecording, readBase } from "../../capture/open-recording.ts";
import { StepLog } from "../../capture/step/step-log.ts";
import type { ContainerInfo } from "../../engine/container/container-info.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { PathChange } from "../../format/tree/entry.ts";
import { joinWords } from "../../format/shell/quote.ts";
import type { Shell, ShellKind, ShellState, StateChange } from "../../history/model.ts";
import type { SessionWriter } from "../../history/session-writer.ts";
import type { HistoryStore } from "../../history/store.ts";
import type { Link } from "../link/link.ts";
import { LateObserver } from "./late-observer.ts";
import { inSurroundings } from "./in-surroundings.ts";
import { SessionObserver } from "./session-observer.ts";
import { changeOf, ShellBook } from "./shell-book.ts";
import { tellChanges } from "./tell-changes.ts";

export interface RecorderPlace {
  readonly engine: Engine;
  readonly link: Link;
  readonly quiet: Promise<void>;
  readonly store: HistoryStore;
  readonly container: ContainerInfo;
  readonly user: string | null;
  readonly shellKind: ShellKind;
  /** PATH of a new command; null where it is not known. */
  readonly path: string | null;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Shells of ours in the container. */
  readonly ownPids: () => readonly number[];
  /** A look found that these paths were changed in the container. */
  readonly onChanged: (paths: readonly string[]) => void;
}

/** A command to be written down: words, or text for a shell. */
export interface RecordedCommand {
  readonly argv: readonly string[] | null;
  readonly text: string;
  /** Null: the session's own user. */
  readonly user: string | null;
  readonly state: Pick<ShellState, "cwd" | "variables">;
}

/** A command that is being written down. */
export interface Recorded {
  readonly id: string;
  /** Resolves when its beginning is on the disk. */
  readonly begun: Promise<void>;
  /** `state` is that of its shell afterwards. */
  end(exit: number | null, state: Pick<ShellState, "cwd" | "variables"> | null, hadInput: boolean): void;
}

/** Writes a session's commands into the container's history, with what each changed. */
export class Recorder {
  readonly #place: RecorderPlace;
  readonly #writer: SessionWriter;
  readonly #late: LateObserver;
  readonly #observer: SessionObserver;
  readonly #steps: StepLog;
  readonly #shells: ShellBook;
  /** For commands of other users, by name. */
  readonly #others = new Map<string, ShellBook>();
  #lastKey = 1;
  readonly #running = new Map<string, RunningStep>();
  readonly #ended: Window[] = [];
  #lastEnd = 0;
  #hasBegun = false;

  private constructor(
    place: RecorderPlace,
    parts: { readonly writer: SessionWriter; readonly observer: LateObserver; readonly first: Shell },
  ) {
    this.#place = place;
    this.#writer = parts.writer;
    this.#late = parts.observer;
    this.#observer = new SessionObserver(parts.observer, (changes) => this.#writeEdits(changes));
    this.#shells = new ShellBook(parts.first, () => this.#nextKey());
    this.#steps = this.#makeSteps();
    this.#steps.addShell(parts.first);
  }

  /** Opens a Session of the container's history. */
  static async open(place: RecorderPlace): Promise<Recorder> {
    const recording = { ...place, own: () => ({ hostPid: null, pids: place.ownPids }) };
    const { engine, container, user, link, quiet } = place;
    const [{ writer, openWith }, shell] = await Promise.all([
      beginRecording(recording),
      commandShell({ engine, container, ...(user === null ? {} : { user }) }),
    ]);
    const observer = new LateObserver({ link, quiet, open: async (signal) => openWith(await readBase({ ...recording, signal })) });
    const recorder = new Recorder(place, { writer, observer, first: { ...inSurroundings(shell, place), kind: place.shellKind } });
    recorder.look();
    return recorder;
  }

  /** Variables that a new command of this user has; null: of the session's own. */
  async variablesOf(user: string | null): Promise<ShellState["variables"]> {
    return (await this.#shellsOf(user)).first.state.variables;
  }

  async begin(command: RecordedCommand): Promise<Recorded> {
    const { clock } = this.#place;
    const shells = await this.#shellsOf(command.user);
    const { shell, isNew } = shells.find(command.state);
    if (isNew) this.#steps.addShell(shell);
    const { cwd, umask } = { ...shell.state, ...command.state };
    const text = command.argv === null ? command.text : joinWords(command.argv);
    const facts = { id: this.#writer.nextStepId(), shell: shell.key, identity: shell.identity, cwd, umask, startedAt: clock() };
    const step: RunningStep = { ...facts, typed: text, ran: text, argv: command.argv, opened: [], isInterrupted: false, isUnread: false };
    this.#running.set(step.id, step);
    this.#hasBegun = true;
    this.#steps.begin(step);
    return {
      id: step.id,
      begun: this.#steps.written,
      end: (exit, after, hadInput) => this.#end(step, { exit, hadInput, change: changeOf(shells, { step, before: command.state, after }) }),
    };
  }

  async #shellsOf(user: string | null): Promise<ShellBook> {
    const known = user === null ? this.#shells : this.#others.get(user);
    if (known !== undefined || user === null) return known ?? this.#shells;
    const { engine, container, shellKind } = this.#place;
    const shell = await commandShell({ engine, container, user });
    const first = { ...inSurroundings(shell, this.#place), kind: shellKind, key: this.#nextKey() };
    const book = new ShellBook(first, () => this.#nextKey());
    this.#others.set(user, book);
    this.#steps.addShell(first);
    return book;
  }

  #nextKey(): string {
    this.#lastKey += 1;
    return `shell${this.#lastKey}`;
  }

  /** Looks for what nobody of ours changed: edits through the mount, copies. */
  look(): void {
    if (this.#running.size === 0 || this.#observer.hasEdits) this.#steps.settle();
  }

  /** A path was changed through the mount. */
  edited(path: string, isMoved: boolean): void {
    this.#observer.edited(path, isMoved);
  }

  /**
   * Writes down what was edited until now, and what other recorders did, so that a command that works on it comes after it. A look that goes on,
   * theirs too, is waited for: a folder that one command made and the next one fills has the time of the second, and what is edited behind
   * a command that nobody can look at yet would be taken for the command's.
   */
  async settleBefore(): Promise<void> {
    if (!this.#late.isOpen) await this.#late.open();
    const { peers } = this.#writer;
    if (peers.areLooking) await peers.done(LONGEST_LOOK_MS);
    if (this.#observer.hasEdits || peers.haveWritten) this.#steps.settle();
    else if (!this.#steps.isLooking) return;
    await Promise.race([this.#steps.done(), delay(LONGEST_LOOK_MS, undefined, { ref: false })]);
  }

  /** Resolves when all that has ended is written. */
  async flush(): Promise<void> {
    await this.#steps.done();
  }

  /** Resolves when all that the session did is written. Where that is nothing, a later Session finds what others did. */
  async finish(): Promise<void> {
    if (!this.#late.isOpen && !this.#hasBegun && !this.#observer.hasEdits) this.#late.close();
    else this.#steps.settle();
    await this.#steps.done();
  }

  async close(): Promise<void> {
    await this.finish();
    await this.#writer.end(null);
    this.#observer.close();
  }

  #end(step: RunningStep, ended: Ended): void {
    const endedAt = this.#place.clock();
    this.#running.delete(step.id);
    this.#lastEnd = endedAt;
    this.#ended.push({ startedAt: step.startedAt, endedAt });
    if (this.#ended.length > MOST_ENDED) this.#ended.shift();
    this.#steps.end({ ...step, ...ended, endedAt, background: false });
    this.#steps.settle();
  }

  #writeEdits(changes: readonly PathChange[]): void {
    const effect = { changes, uncertain: false, reads: null, packages: [], debconf: [], processes: [], ended: [] };
    void this.#writer.step(outsideStep(effect, { id: this.#writer.nextStepId(), now: this.#place.clock(), shell: null }));
  }

  #makeSteps(): StepLog {
    const { clock, emit, onChanged } = this.#place;
    return new StepLog({
      clock,
      observer: tellChanges(this.#observer, onChanged),
      writer: this.#writer,
      // A command that began after the last one's end has its own time; one that ran beside it is told when it ends.
      runningSince: () => earliest(this.#startsWhere((startedAt) => startedAt >= this.#lastEnd)),
      openings: () => this.#startsWhere((startedAt) => startedAt < this.#lastEnd).map((startedAt) => ({ startedAt, endedAt: clock() })),
      shell: () => null,
      wasVisited: (from, to) => this.#wasShared(from, to),
      onFinding: (finding) => emit({ kind: "finding", finding }),
      onSettled: () => undefined,
    });
  }

  #startsWhere(isMeant: (startedAt: number) => boolean): readonly number[] {
    return [...this.#running.values()].map(({ startedAt }) => startedAt).filter(isMeant);
  }

  /** Another command of the session ran in that time. */
  #wasShared(from: number, to: number): boolean {
    const isOther = (window: Window): boolean => window.startedAt !== from || window.endedAt !== to;
    return [...this.#ended, ...this.#startsWhere(() => true).map((startedAt) => ({ startedAt, endedAt: to }))]
      .filter(isOther)
      .some(({ startedAt, endedAt }) => startedAt < to && endedAt > from);
  }
}

interface Ended {
  readonly exit: number | null;
  readonly hadInput: boolean;
  readonly change: StateChange;
}

const LONGEST_LOOK_MS = 15_000;
const MOST_ENDED = 200;

function earliest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}
