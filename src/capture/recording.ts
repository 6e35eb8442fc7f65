import { silentNames } from "../format/secret/silent-names.ts";
import { createEchoLine, type EchoLine } from "../format/terminal-stream/echo-line.ts";
import type { ShellMessage } from "../format/terminal-stream/marker.ts";
import { createStreamSplitter, type StreamPiece } from "../format/terminal-stream/split-stream.ts";
import { createTypedAnswers, type TypedAnswers } from "../format/terminal-stream/typed-answers.ts";
import type { TypedLine } from "../format/terminal-stream/typed-keys.ts";
import { GARBLED, LATE_LOOK, NOT_FOLLOWED } from "./findings.ts";
import { secondPromptOf } from "./shell/follow-shell.ts";
import { IdleLook } from "./step/idle-look.ts";
import { InputGate } from "./terminal/input-gate.ts";
import type { RunningStep } from "./shell/live-shell.ts";
import { OutputTail } from "./terminal/output-tail.ts";
import type { RecordingOptions } from "./recording-options.ts";
import { ShellFinder } from "./shell/shell-finder.ts";
import { type Phase, ShellTracker } from "./shell/shell-tracker.ts";
import { StepLog } from "./step/step-log.ts";

/** A lone ESC waits this long for the rest of a marker. */
const FLUSH_MS = 100;

/** One recorded terminal: what is printed goes through `print`, what is typed through `type`. */
export class Recording {
  readonly tracker: ShellTracker;
  readonly steps: StepLog;
  readonly #options: RecordingOptions;
  readonly #splitter = createStreamSplitter();
  readonly #gate: InputGate;
  readonly #idle: IdleLook;
  readonly #finder: ShellFinder;
  readonly #tail = new OutputTail();
  readonly #echo: EchoLine;
  readonly #answers: TypedAnswers;
  /** The prompt that a shell drew after it got its hooks; null while none is awaited. */
  #prompt: Buffer[] | null = null;
  #flush: NodeJS.Timeout | null = null;
  #lastOutputAt = 0;
  #phaseSince = 0;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#echo = createEchoLine(options.columns);
    this.#answers = createTypedAnswers(options.writer.vault);
    this.tracker = this.#makeTracker();
    this.#finder = this.#makeFinder();
    this.steps = this.#makeSteps();
    this.#gate = this.#makeGate();
    this.#idle = this.#makeIdleLook();
  }

  /** Finds what was changed since the last Session; gives the word of the reading line for the first shell's start-up file. */
  async prepare(): Promise<string> {
    this.steps.settle();
    await this.steps.done();
    return this.#finder.expect();
  }

  /** The first shell runs, on this machine as `pid` (null where it is not visible). */
  open(pid: number | null): void {
    this.#finder.open(pid);
  }

  print(chunk: Buffer): void {
    if (this.#flush !== null) clearTimeout(this.#flush);
    for (const piece of this.#splitter.push(chunk)) this.#take(piece);
    this.#flush =
      this.#splitter.held() > 0 ? setTimeout(() => this.#splitter.flush().forEach((piece) => this.#take(piece)), FLUSH_MS) : null;
    // bash and zsh do not tell that they wait for the rest of a command.
    const { phase, isTelling, top } = this.tracker;
    const isEntered = phase === "submitted" || (phase === "running" && isTelling);
    if (isEntered && this.#tail.endsWithPrompt(secondPromptOf(top))) this.tracker.continued();
  }

  type(bytes: Buffer): void {
    this.#gate.push(bytes);
  }

  /** Ends when all is written, after the terminal is gone. */
  async close(exit: number | null): Promise<void> {
    if (this.#flush !== null) clearTimeout(this.#flush);
    this.#finder.close();
    this.#gate.close();
    for (const piece of this.#splitter.flush()) this.#take(piece);
    this.#answers.end();
    this.tracker.finish(exit);
    this.steps.settle();
    await this.steps.done();
    this.#idle.stop();
  }

  #makeTracker(): ShellTracker {
    const { clock, writer } = this.#options;
    return new ShellTracker({
      clock,
      nextStepId: () => writer.nextStepId(),
      onShell: (shell) => this.steps.addShell(shell),
      onBegin: (step) => this.#begin(step),
      onEnd: (step) => this.steps.end(step),
      shown: () => this.#tail.plain,
      echoed: () => this.#echo.read(),
      onPhase: (phase) => this.#turn(phase),
      onGarbled: () => this.steps.finding(GARBLED),
    });
  }

  #makeFinder(): ShellFinder {
    const { clock, randomHex, send } = this.#options;
    return new ShellFinder({
      clock,
      randomHex,
      send,
      tail: this.#tail,
      tracker: () => this.tracker,
      quietSince: () => this.#lastOutputAt,
      phaseSince: () => this.#phaseSince,
      hasKeys: () => !this.#gate.isEmpty,
      accept: (word) => this.#splitter.accept(word),
      onLook: () => this.#gate.pump(),
      onAsked: () => this.#tellIdle(),
      onGiven: (isDone) => this.#endGiving(isDone),
    });
  }

  #makeSteps(): StepLog {
    const { clock, observer, writer, wasVisited, onFinding } = this.#options;
    return new StepLog({
      clock,
      observer,
      writer,
      wasVisited,
      onFinding,
      runningSince: () => this.tracker.runningSince,
      openings: () => this.tracker.openings,
      shell: () => this.tracker.top,
      onSettled: () => this.#settled(),
    });
  }

  #makeGate(): InputGate {
    const { clock, send } = this.#options;
    return new InputGate({
      clock,
      send,
      phase: () => this.tracker.phase,
      isLooking: () => this.#isLookedAt(),
      isInjecting: () => this.#finder.isGiving,
      mayRunAhead: (waited) => this.#finder.mayRunAhead(waited),
      isOneByOne: () => this.#finder.isKnown,
      maySend: (since) => this.#finder.maySend(since),
      onSubmit: (line, at) => this.#submit(line, at),
      onAnswer: (bytes) => this.#answers.type(bytes),
      onInterrupt: () => this.tracker.interrupt(),
      onSilence: () => this.tracker.assumeRunning(),
      onLate: () => this.steps.finding(LATE_LOOK),
    });
  }

  // What another recorder wrote is looked at before a command can change it.
  #isLookedAt(): boolean {
    const { peers } = this.#options.writer;
    if (peers.areLooking) return true;
    if (!this.steps.isLooking && peers.haveWritten) this.steps.settle();
    return this.steps.isLooking;
  }

  #makeIdleLook(): IdleLook {
    return new IdleLook({
      peek: () => this.#options.observer.peek(),
      isIdle: () => this.tracker.phase === "prompt",
      onNews: () => this.steps.settle(),
      // An end-of-file that came before the shell had its terminal set up was lost: who types from a file types it again.
      onTurn: () => this.#tellIdle(),
    });
  }

  #take(piece: StreamPiece): void {
    if ("message" in piece) this.#hear(piece.message);
    else if (this.#finder.isSilent) this.#prompt?.push(piece.bytes);
    else this.#show(piece.bytes);
  }

  #show(bytes: Buffer): void {
    this.#lastOutputAt = this.#options.clock();
    this.#tail.add(bytes);
    this.#echo.write(bytes.toString("utf8"));
    this.#answers.print(bytes);
    this.#options.show(bytes);
    this.#options.cast.output(bytes);
  }

  #hear(message: ShellMessage): void {
    if (message.kind === "E") this.#echo.begin();
    else if (message.kind === "P") this.#prompt = [];
    this.tracker.hear(message);
    this.#finder.hear(message);
  }

  #submit(line: TypedLine, at: number): void {
    // On a busy machine its echo comes when nothing is held back any more.
    if (line.text !== null) this.#options.writer.vault.learnText(line.text);
    this.#tail.clear();
    this.#echo.submit();
    this.tracker.submit(line, at);
  }

  #begin(step: RunningStep): void {
    [step.typed, step.ran].forEach((text) => this.#options.writer.vault.learnText(text));
    this.#answers.begin(silentNames(step.ran).length > 0);
    this.steps.begin(step);
    this.#options.cast.release(step.typed);
  }

  #turn(phase: Phase): void {
    this.#phaseSince = this.#options.clock();
    this.#idle.stop();
    if (phase === "prompt") this.#answers.end();
    if (phase === "prompt") this.#options.cast.hold();
    if (phase === "prompt" && !this.tracker.isContinuing) this.steps.settle();
    if (phase === "running") this.#options.cast.release("");
    this.#gate.turn(phase);
    if (phase === "prompt" && this.tracker.isContinuing) this.#tellIdle();
  }

  #settled(): void {
    this.#gate.pump();
    if (this.tracker.phase !== "prompt") return;
    this.#tellIdle();
    this.#idle.start();
  }

  #tellIdle(): void {
    if (this.#gate.isEmpty && !this.steps.isLooking && !this.#finder.isGiving) this.#options.onIdle(this.#tail.takesPastes);
  }

  #endGiving(isDone: boolean): void {
    const prompt = Buffer.concat(this.#prompt ?? []);
    // The shell may have drawn its first prompt when it was no longer shown.
    if (this.tracker.phase === "prompt" && !this.#tail.endsAs(prompt)) this.#show(prompt);
    if (!isDone) this.steps.finding(NOT_FOLLOWED);
    if (!isDone && this.tracker.phase === "starting") this.tracker.giveUp();
    this.#gate.pump();
  }
}
