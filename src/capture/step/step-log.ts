import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Finding } from "../../base/finding.ts";
import type { Observation, Observer } from "../../changes/observer.ts";
import type { PathChange } from "../../format/tree/entry.ts";
import type { Effect, Shell, Step } from "../../history/model.ts";
import type { SessionWriter } from "../../history/session-writer.ts";
import { withoutOwnArguments } from "../shell/bootstrap.ts";
import { INPUT_NOT_KEPT } from "../findings.ts";
import { attribute, joinChanges, type Window } from "./attribute.ts";
import type { EndedStep, LiveShell, RunningStep } from "../shell/live-shell.ts";
import { outsideStep, packagesTarget } from "./outside-step.ts";

export interface StepLogOptions {
  readonly clock: Clock;
  readonly observer: Observer;
  readonly writer: SessionWriter;
  /** Start of the command that runs now. */
  readonly runningSince: () => number | null;
  /** For each command that opened a shell and still runs: from its start to that shell's first prompt. */
  readonly openings: () => readonly Window[];
  readonly shell: () => LiveShell | null;
  /** Somebody else worked in the container between the two times. */
  readonly wasVisited: (from: number, to: number) => boolean;
  readonly onFinding: (finding: Finding) => void;
  readonly onSettled: () => void;
}

const PROMPT_MS = 3;
/** Where shells write their history unless told otherwise: also those whose recorder was killed before it saw their end. */
const HISTORY_FILE = /\/\.(?:bash|zsh|ash|sh)_history$/;

/** Looks at the container after each command and writes the command down with what it did. One thing at a time, in order. */
export class StepLog {
  readonly #options: StepLogOptions;
  #waiting: EndedStep[] = [];
  #carried: readonly PathChange[] = [];
  #seen: Promise<void> = Promise.resolve();
  #written: Promise<void> = Promise.resolve();
  /** Read while a command ran that has not ended: it may have been that one. */
  #readEarly: readonly string[] | null = [];
  #looks = 0;
  /** Looks that were asked for, and how many of these had been when the last one began: that one saw what they were to see. */
  #asked = 0;
  #covered = 0;
  #hasSeen = false;
  readonly #left = new Set<number>();
  /** Written by the shells themselves when they end: nobody's work. */
  readonly #historyFiles = new Set<string>();

  constructor(options: StepLogOptions) {
    this.#options = options;
  }

  /** A look is wanted or going on. */
  get isLooking(): boolean {
    return this.#looks > 0;
  }

  /** Resolves when what was to be written until now is. */
  get written(): Promise<void> {
    return this.#written;
  }

  addShell(shell: Shell): void {
    const file = shell.state.variables["HISTFILE"]?.value;
    if (typeof file === "string") this.#historyFiles.add(file);
    this.#enqueue(() => this.#options.writer.addShell(shell));
  }

  begin(step: RunningStep): void {
    this.#enqueue(() => this.#options.writer.begin(step.id, step.startedAt, step.typed));
  }

  end(step: EndedStep): void {
    this.#waiting.push(step);
  }

  /** Looks, and writes the commands that have ended. */
  settle(): void {
    this.#looks += 1;
    this.#asked += 1;
    const turn = this.#asked;
    // Others wait for what is not written yet: their next command could hide it.
    const unmark = this.#waiting.length === 0 ? nothing : this.#options.writer.peers.mark();
    this.#seen = this.#seen.then(() => this.#settle(turn)).then(() => this.#enqueue(unmark));
  }

  finding(finding: Finding): void {
    this.#options.onFinding(finding);
    this.#enqueue(() => this.#options.writer.finding(finding));
  }

  /** Resolves when all that was asked for is written. */
  async done(): Promise<void> {
    await this.#seen;
    await this.#written;
  }

  // The writer never rejects: what is lost is told by events.
  #enqueue(write: () => Promise<void> | void): void {
    this.#written = this.#written.then(write);
  }

  async #settle(turn: number): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    const observation = batch.length === 0 && turn <= this.#covered ? null : await this.#lookNow();
    this.#looks -= 1;
    if (observation !== null) this.#write(batch, observation);
    this.#options.onSettled();
  }

  async #lookNow(): Promise<Observation> {
    // The prompt comes right behind the shell's report: it is shown before a look takes the processor.
    await new Promise((resolve) => setTimeout(resolve, PROMPT_MS));
    this.#covered = this.#asked;
    this.#options.writer.peers.note();
    return await this.#look();
  }

  async #look(): Promise<Observation> {
    try {
      return await this.#options.observer.look();
    } catch (error) {
      const finding = { code: "look-failed", message: `what changed in the container could not be read: ${messageOf(error)}` };
      return {
        changes: [],
        packages: [],
        debconf: [],
        processes: [],
        ended: [],
        findings: [finding],
        at: this.#options.clock(),
        isWeak: true,
      };
    }
  }

  #write(batch: readonly EndedStep[], observation: Observation): void {
    const changes = joinChanges(this.#carried, observation.changes);
    const { runningSince, openings } = this.#options;
    const nextStart = this.#waiting[0]?.startedAt ?? runningSince();
    const { isWeak } = observation;
    // Where times tell nothing, what the first look finds was there before the command that runs.
    const found = attribute(changes, {
      windows: batch,
      nextStart: isWeak && !this.#hasSeen ? null : nextStart,
      openings: openings(),
      isWeak,
    });
    this.#hasSeen = true;
    const { own } = found;
    this.#carried = found.later;
    const observed = this.#withoutStrangers(observation);
    const target = packagesTarget(own);
    const reads = this.#readsOf(observed, nextStart !== null);
    const outside = found.outside.filter(({ path }) => !this.#historyFiles.has(path) && !HISTORY_FILE.test(path));
    const isOutside = outside.length > 0 || (batch.length === 0 && (observed.packages.length > 0 || observed.ended.length > 0));
    if (isOutside) this.#writeOutside(outside, batch.length === 0 ? observed : null);
    for (const [index, step] of batch.entries()) {
      const effect = effectOf(own[index] ?? { changes: [], uncertain: false }, index === target ? observed : null);
      const finished = this.#finish(step, { ...effect, reads });
      this.#enqueue(() => this.#options.writer.step(finished));
    }
    for (const finding of observed.findings) this.#report(finding);
  }

  #readsOf({ reads = null }: Observation, isNextRunning: boolean): readonly string[] | null {
    const early = this.#readEarly;
    this.#readEarly = isNextRunning ? reads : [];
    return reads === null || early === null ? null : [...new Set([...early, ...reads])].sort();
  }

  #report(finding: Finding): void {
    this.#options.onFinding(finding);
    this.#enqueue(() => this.#options.writer.finding(finding));
  }

  // Of the processes that ended only those count that a Step had left.
  #withoutStrangers(observation: Observation): Observation {
    const ended = observation.ended.filter((pid) => this.#left.has(pid));
    for (const { pid } of observation.processes) this.#left.add(pid);
    const processes = observation.processes.map((left) => ({ ...left, argv: withoutOwnArguments(left.argv) }));
    return { ...observation, processes, ended };
  }

  #writeOutside(changes: readonly PathChange[], observed: Observation | null): void {
    const { writer, clock, shell } = this.#options;
    const effect = effectOf({ changes, uncertain: false }, observed);
    const step = outsideStep(effect, { id: writer.nextStepId(), now: clock(), shell: shell() });
    this.#enqueue(() => writer.step(step));
  }

  #finish(step: EndedStep, effect: Effect): Step {
    const { wasVisited } = this.#options;
    const { isUnread, isInterrupted, hadInput, ...rest } = step;
    const unread = isUnread ? [{ code: "command-unread", message: "the text of this command could not be read from the terminal" }] : [];
    const findings = hadInput === true ? [...unread, INPUT_NOT_KEPT] : unread;
    return {
      ...rest,
      kind: step.argv === null ? "command" : "exec",
      interrupted: isInterrupted && step.exit !== 0,
      effect: { ...effect, uncertain: effect.uncertain || (effect.changes.length > 0 && wasVisited(step.startedAt, step.endedAt)) },
      secrets: [],
      findings,
    };
  }
}

const nothing = (): void => undefined;

function effectOf(own: { readonly changes: readonly PathChange[]; readonly uncertain: boolean }, observed: Observation | null): Effect {
  const { packages = [], debconf = [], processes = [], ended = [] } = observed ?? {};
  return { changes: own.changes, uncertain: own.uncertain, reads: null, packages, debconf, processes, ended };
}
