import type { Clock, RandomHex } from "../base/clock.ts";
import type { Finding } from "../base/finding.ts";
import type { Observer } from "../changes/observer.ts";
import type { ShellMessage } from "../format/terminal-stream/marker.ts";
import { createEchoLine, type EchoLine } from "../format/terminal-stream/echo-line.ts";
import { createStreamSplitter, type StreamPiece } from "../format/terminal-stream/split-stream.ts";
import type { CastRecorder } from "../history/cast-recorder.ts";
import type { SessionWriter } from "../history/session-writer.ts";
import { ForegroundWatch } from "./foreground-watch.ts";
import { HookGiver } from "./hook-giver.ts";
import { InputGate } from "./input-gate.ts";
import type { RunningStep } from "./live-shell.ts";
import { OutputTail } from "./output-tail.ts";
import { type Phase, ShellTracker } from "./shell-tracker.ts";
import { StepLog } from "./step-log.ts";

export interface RecordingOptions {
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly observer: Observer;
  readonly writer: SessionWriter;
  /** Process of the shell on this machine; null where it is not visible. */
  readonly pid: () => number | null;
  readonly send: (bytes: Buffer) => void;
  readonly show: (bytes: Buffer) => void;
  readonly cast: CastRecorder;
  /** Of the terminal. */
  readonly columns: () => number;
  readonly wasVisited: (from: number, to: number) => boolean;
  readonly onFinding: (finding: Finding) => void;
  /** The shell waits at its prompt and nothing more is to be typed. */
  readonly onIdle: () => void;
}

/** A lone ESC waits this long for the rest of a marker. */
const FLUSH_MS = 100;
const IDLE_LOOK_MS = 2000;
/** Keys typed ahead wait at most this long for the next prompt. */
const AHEAD_MS = 1000;
const BLIND_AHEAD_MS = 200;
const NOT_TAKEN_MS = 300;

/** One recorded terminal: what is printed goes through `print`, what is typed through `type`. */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #splitter = createStreamSplitter();
  readonly #tracker: ShellTracker;
  readonly #gate: InputGate;
  readonly #giver: HookGiver;
  readonly #steps: StepLog;
  readonly #tail = new OutputTail();
  readonly #echo: EchoLine;
  #watch: ForegroundWatch | null = null;
  #flush: NodeJS.Timeout | null = null;
  #idle: NodeJS.Timeout | null = null;
  #lastOutputAt = 0;
  #isHeld = false;
  #phaseSince = 0;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#echo = createEchoLine(options.columns);
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

  /** Finds what was changed since the last Session, before the first shell runs. */
  async lookFirst(): Promise<void> {
    this.#steps.settle();
    await this.#steps.done();
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
      onLook: () => this.#looked(),
    });
    this.#watch.start();
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
    const { clock, writer } = this.#options;
    return new ShellTracker({
      clock,
      nextStepId: () => writer.nextStepId(),
      onShell: (shell) => this.#steps.addShell(shell),
      onBegin: (step) => this.#begin(step),
      onEnd: (step) => this.#steps.end(step),
      echoed: () => this.#echo.read(),
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
    const { clock, observer, writer, wasVisited, onFinding } = this.#options;
    return new StepLog({
      ...{ clock, observer, writer, wasVisited, onFinding },
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
      mayRunAhead: (waited) => this.#mayRunAhead(waited),
      isOneByOne: () => this.#watch?.isKnown === true,
      maySend: (since) => this.#watch?.isClear(since) ?? true,
      onSubmit: (line) => {
        this.#tail.clear();
        this.#echo.submit();
        this.#tracker.submit(line);
      },
      onInterrupt: () => this.#tracker.interrupt(),
      onSilence: () => this.#tracker.assumeRunning(),
    });
  }

  #take(piece: StreamPiece): void {
    if ("message" in piece) this.#hear(piece.message);
    else if (!this.#giver.isSilent) {
      this.#lastOutputAt = this.#options.clock();
      this.#tail.add(piece.bytes);
      this.#echo.write(piece.bytes.toString("utf8"));
      this.#options.show(piece.bytes);
      this.#options.cast.output(piece.bytes);
    }
  }

  #hear(message: ShellMessage): void {
    if (message.kind === "E") this.#echo.begin();
    this.#tracker.hear(message);
    this.#giver.hear(message);
  }

  #begin(step: RunningStep): void {
    const { writer } = this.#options;
    for (const text of [step.typed, step.ran]) writer.vault.learnText(text);
    this.#steps.begin(step);
    this.#release(step.typed);
  }

  #turn(phase: Phase): void {
    this.#phaseSince = this.#options.clock();
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (phase === "prompt") {
      this.#hold();
      if (!this.#tracker.isContinuing) this.#steps.settle();
    }
    if (phase === "running") this.#release("");
    this.#gate.turn(phase);
    // The rest of a command is wanted: nothing is looked at before its end.
    if (phase === "prompt" && this.#tracker.isContinuing && this.#gate.isEmpty) this.#options.onIdle();
  }

  #hold(): void {
    if (!this.#isHeld) this.#options.cast.hold();
    this.#isHeld = true;
  }

  #release(typed: string): void {
    if (this.#isHeld) this.#options.cast.release(typed);
    this.#isHeld = false;
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
    return !this.#giver.isSilent && (this.#tracker.phase !== "prompt" || !this.#gate.isEmpty);
  }

  // What is typed ahead goes on when a program waits for it; where that cannot be seen, after a while.
  #mayRunAhead(waited: number): boolean {
    const isVisible = this.#watch !== null && this.#options.pid() !== null;
    if (!isVisible) return waited > BLIND_AHEAD_MS;
    // A followed shell tells when it waits.
    const isWaiting = this.#watch?.isWaiting(this.#phaseSince) === true && !this.#watch.isKnown;
    return isWaiting || waited > AHEAD_MS;
  }

  // A shell that neither told a start nor a prompt, and waits for keys, did not take the line.
  #looked(): void {
    const { phase, isTelling } = this.#tracker;
    const isAtPrompt = this.#watch?.isKnown === true && this.#watch.isWaiting(this.#phaseSince + NOT_TAKEN_MS);
    if (phase === "running" && isTelling && isAtPrompt) this.#notTaken();
    this.#gate.pump();
  }

  #notTaken(): void {
    if (this.#tail.has(/event not found/)) this.#tracker.refused();
    else this.#tracker.continued();
  }

  #meetShell(name: string): void {
    // The first shell reads its hooks from its start-up file; only zsh has none of that kind.
    if (this.#giver.isActive && name !== "zsh") return;
    this.#giver.type();
  }

  #endGiving(isDone: boolean): void {
    if (this.#watch !== null) this.#watch.know(this.#tracker.isNested ? undefined : (this.#options.pid() ?? undefined));
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
