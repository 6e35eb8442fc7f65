import type { Clock, RandomHex } from "../base/clock.ts";
import type { Finding } from "../base/finding.ts";
import type { ShellMessage } from "../format/terminal-stream/marker.ts";
import { createStreamSplitter, type StreamPiece } from "../format/terminal-stream/split-stream.ts";
import type { CastRecorder } from "./cast-recorder.ts";
import { ForegroundWatch } from "./foreground-watch.ts";
import { HookGiver } from "./hook-giver.ts";
import { InputGate } from "./input-gate.ts";
import type { RunningStep } from "./live-shell.ts";
import { SecretKeeper } from "./mask-step.ts";
import type { PathObserver, SessionLog } from "./observed.ts";
import { OutputTail } from "./output-tail.ts";
import { type Phase, ShellTracker } from "./shell-tracker.ts";
import { StepLog } from "./step-log.ts";

export interface RecordingOptions {
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly observer: PathObserver;
  readonly log: SessionLog;
  readonly secrets: SecretKeeper;
  /** Process of the shell on this machine; null where it is not visible. */
  readonly pid: () => number | null;
  readonly send: (bytes: Buffer) => void;
  readonly show: (bytes: Buffer) => void;
  readonly cast: CastRecorder;
  readonly wasVisited: (from: number, to: number) => boolean;
  readonly onFinding: (finding: Finding) => void;
  /** The shell waits at its prompt and nothing more is to be typed. */
  readonly onIdle: () => void;
}

/** A lone ESC waits this long for the rest of a marker. */
const FLUSH_MS = 100;
const IDLE_LOOK_MS = 2000;

/** One recorded terminal: what is printed goes through `print`, what is typed through `type`. */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #splitter = createStreamSplitter();
  readonly #tracker: ShellTracker;
  readonly #gate: InputGate;
  readonly #giver: HookGiver;
  readonly #steps: StepLog;
  readonly #tail = new OutputTail();
  #watch: ForegroundWatch | null = null;
  #flush: NodeJS.Timeout | null = null;
  #idle: NodeJS.Timeout | null = null;
  #lastOutputAt = 0;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#tracker = this.#makeTracker();
    this.#giver = this.#makeGiver();
    this.#steps = this.#makeSteps();
    this.#gate = this.#makeGate();
  }

  get tracker(): ShellTracker {
    return this.#tracker;
  }

  get steps(): StepLog {
    return this.#steps;
  }

  /** The word of the reading line for the first shell's start-up file. */
  expectShell(): string {
    return this.#giver.expect();
  }

  /** The first shell runs. */
  open(): void {
    const { clock, pid } = this.#options;
    this.#watch = new ForegroundWatch({
      clock,
      pid: pid(),
      quietSince: () => this.#lastOutputAt,
      isWanted: () => this.#isWatching(),
      mayReplace: () => /(?:^|[;&|]\s*)exec\s/.test(this.#tracker.top?.running?.ran ?? ""),
      onShell: (name) => this.#meetShell(name),
      onLook: () => this.#gate.pump(),
    });
    this.#watch.start();
    this.#steps.settle();
  }

  print(chunk: Buffer): void {
    if (this.#flush !== null) clearTimeout(this.#flush);
    this.#flush = null;
    for (const piece of this.#splitter.push(chunk)) this.#take(piece);
    if (this.#splitter.held() > 0) {
      this.#flush = setTimeout(() => {
        for (const piece of this.#splitter.flush()) this.#take(piece);
      }, FLUSH_MS);
    }
    this.#noticeContinuation();
  }

  type(bytes: Buffer): void {
    this.#gate.push(bytes);
  }

  get isInputDone(): boolean {
    return this.#gate.isEmpty;
  }

  /** The terminal is gone. Resolves when all is written. */
  async close(exit: number | null): Promise<void> {
    for (const timer of [this.#flush, this.#idle]) if (timer !== null) clearTimeout(timer);
    this.#watch?.stop();
    this.#gate.close();
    for (const piece of this.#splitter.flush()) this.#take(piece);
    this.#tracker.finish(exit);
    this.#steps.settle();
    await this.#steps.done();
  }

  #makeTracker(): ShellTracker {
    const { clock, log } = this.#options;
    return new ShellTracker({
      clock,
      nextStepId: () => log.nextStepId(),
      onShell: (shell) => this.#steps.addShell(shell),
      onBegin: (step) => this.#begin(step),
      onEnd: (step) => this.#steps.end(step),
      onPhase: (phase) => this.#turn(phase),
      onGarbled: () => this.#steps.finding(GARBLED),
    });
  }

  #makeGiver(): HookGiver {
    const { clock, randomHex, send } = this.#options;
    return new HookGiver({
      clock,
      randomHex,
      send,
      accept: (word) => this.#splitter.accept(word),
      onEnd: (isDone) => this.#endGiving(isDone),
    });
  }

  #makeSteps(): StepLog {
    const { clock, observer, log, secrets, wasVisited, onFinding } = this.#options;
    return new StepLog({
      ...{ clock, observer, log, secrets, wasVisited, onFinding },
      runningSince: () => this.#tracker.runningSince,
      shell: () => this.#tracker.top,
      onSettled: () => this.#settled(),
    });
  }

  #makeGate(): InputGate {
    const { clock, send } = this.#options;
    return new InputGate({
      clock,
      send,
      phase: () => this.#tracker.phase,
      isLooking: () => this.#steps.isLooking,
      isInjecting: () => this.#giver.isActive,
      maySend: (since) => this.#watch?.isClear(since) ?? true,
      onSubmit: (line) => this.#tracker.submit(line),
      onInterrupt: () => this.#tracker.interrupt(),
      onSilence: () => this.#tracker.assumeRunning(),
    });
  }

  #take(piece: StreamPiece): void {
    if ("message" in piece) this.#hear(piece.message);
    else if (!this.#giver.isSilent) {
      this.#lastOutputAt = this.#options.clock();
      this.#tail.add(piece.bytes);
      this.#options.show(piece.bytes);
      this.#options.cast.output(piece.bytes);
    }
  }

  #hear(message: ShellMessage): void {
    this.#tracker.hear(message);
    this.#giver.hear(message);
  }

  #begin(step: RunningStep): void {
    this.#steps.begin(step);
    const { secrets, text } = this.#options.secrets.maskText(step.typed);
    this.#options.cast.atCommand(secrets.length > 0 ? text : null);
  }

  #turn(phase: Phase): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (phase === "prompt") {
      this.#options.cast.atPrompt();
      if (!this.#tracker.isContinuing) this.#steps.settle();
    }
    if (phase === "running") this.#options.cast.atCommand(null);
    this.#gate.turn(phase);
  }

  #settled(): void {
    this.#gate.pump();
    if (this.#tracker.phase !== "prompt") return;
    if (this.#gate.isEmpty && !this.#steps.isLooking && !this.#giver.isActive) this.#options.onIdle();
    this.#idle ??= setTimeout(() => void this.#lookWhileIdle(), IDLE_LOOK_MS);
  }

  async #lookWhileIdle(): Promise<void> {
    this.#idle = null;
    const hasChanged = await this.#options.observer.peek().catch(() => false);
    if (this.#tracker.phase !== "prompt") return;
    if (hasChanged) this.#steps.settle();
    else this.#idle ??= setTimeout(() => void this.#lookWhileIdle(), IDLE_LOOK_MS);
  }

  #isWatching(): boolean {
    this.#giver.check();
    if (this.#giver.isSilent) return false;
    return this.#tracker.phase === "running" || this.#tracker.phase === "starting";
  }

  #meetShell(name: string): void {
    // The first shell reads its hooks from its start-up file; only zsh has none of that kind.
    if (this.#giver.isActive && name !== "zsh") return;
    this.#giver.type();
  }

  #endGiving(isDone: boolean): void {
    this.#watch?.know();
    if (!isDone) this.#steps.finding(NOT_FOLLOWED);
    if (!isDone && this.#tracker.phase === "starting") this.#tracker.giveUp();
    this.#gate.pump();
  }

  // bash and zsh do not tell that they wait for the rest of a command.
  #noticeContinuation(): void {
    if (this.#tracker.phase === "submitted" && this.#tail.endsWithPrompt(this.#tracker.secondPrompt)) this.#tracker.continued();
  }
}

const GARBLED: Finding = {
  code: "state-garbled",
  message: "another program printed into what the shell told about itself; the change of its variables is not known for one command",
};
const NOT_FOLLOWED: Finding = {
  code: "shell-not-followed",
  message: "a shell could not be given its hooks: its commands are not recorded one by one",
  hint: "What they changed is found all the same and is given to the command that opened the shell.",
};
