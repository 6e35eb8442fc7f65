import type { Clock } from "../../base/clock.ts";
import { parseShellState } from "../../format/shell-state/parse-state.ts";
import type { ShellMessage } from "../../format/terminal-stream/marker.ts";
import type { TypedLine } from "../../format/terminal-stream/typed-keys.ts";
import type { Shell } from "../../history/model.ts";
import type { Window } from "../step/attribute.ts";
import { type CommandText, commandText, enteredText, plainLines, readHistoryEntry, readToldEntry } from "../step/command-text.ts";
import { endStep, isTold, lastExit, newShell, openingsOf, openShell, replacesShell, startStep } from "./follow-shell.ts";
import type { EndedStep, LiveShell, RunningStep } from "./live-shell.ts";
import { readShellIdentity } from "./shell-identity.ts";

/** What the terminal's keys are for: nobody yet, a prompt, a shell that reads on or starts something, a command. */
export type Phase = "starting" | "prompt" | "submitted" | "running";

export interface TrackerOptions {
  readonly clock: Clock;
  readonly nextStepId: () => string;
  readonly onShell: (shell: Shell) => void;
  readonly onBegin: (step: RunningStep) => void;
  readonly onEnd: (step: EndedStep) => void;
  /** The last line as the shell's own editor shows it; null where that is not known. */
  readonly echoed: () => string | null;
  /** What was printed since the last Enter. */
  readonly shown: () => string;
  readonly onPhase: (phase: Phase) => void;
  readonly onGarbled: (shell: LiveShell) => void;
}

/** Turns what shells tell, and what was entered, into commands that begin and end. */
export class ShellTracker {
  readonly #options: TrackerOptions;
  #stack: LiveShell[] = [];
  #shells = 0;
  #phase: Phase = "starting";
  #lines: readonly TypedLine[] = [];
  #submittedAt: number | null = null;
  #promptAt = 0;
  /** What the shell that asks for its hooks says about its last command. */
  #exit: number | null = null;
  #isContinued = false;
  /** ^C was typed after the Enter, before the shell told of a start. */
  #isInterrupted = false;

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  get phase(): Phase {
    return this.#phase;
  }

  get top(): LiveShell | null {
    return this.#stack.at(-1) ?? null;
  }

  get isNested(): boolean {
    return this.#stack.length > 1;
  }

  /** A shell that tells when a command starts has a line and has not told of one. */
  get isTelling(): boolean {
    return isTold(this.top) && this.top?.running === null;
  }

  /** Process ids in the container of all shells that are followed, the newest first. */
  get pids(): readonly string[] {
    return this.#stack.map(({ pid }) => pid).toReversed();
  }

  /** The first line of a command has been entered, and the shell waits for its rest. */
  get isContinuing(): boolean {
    return this.#isContinued;
  }

  /** The first shell does not tell anything: its keys are passed on as they come. */
  giveUp(): void {
    this.#setPhase("running");
  }

  /** Start of the command that the newest shell runs, else null. */
  get runningSince(): number | null {
    return this.top?.running?.startedAt ?? null;
  }

  /** For each command that opened a shell and still runs: from its start to that shell's first prompt. */
  get openings(): readonly Window[] {
    return openingsOf(this.#stack);
  }

  /** A line was entered at the prompt, or at the prompt for the rest of a command, at a time in milliseconds. */
  submit(line: TypedLine, at: number): void {
    this.#lines = this.#isContinued ? [...this.#lines, line] : [line];
    if (!this.#isContinued) this.#submittedAt = at;
    this.#isContinued = false;
    this.#setPhase("submitted");
  }

  /** The shell waits for the rest of the command. */
  continued(): void {
    if (this.#phase !== "submitted" && this.#phase !== "running") return;
    this.#isContinued = true;
    this.#setPhase("prompt");
  }

  /** The shell did not take the line and waits for another (a history event that is not there). */
  refused(): void {
    if (this.top?.running !== null) return;
    this.#forgetLine();
    this.#setPhase("prompt");
  }

  /** Nothing was heard since a line was entered: what it started runs. */
  assumeRunning(): void {
    if (this.#phase !== "submitted") return;
    const shell = this.top;
    if (shell !== null && !isTold(shell) && shell.running === null) this.#begin(shell, this.#enteredText());
    this.#setPhase("running");
  }

  /** ^C was typed. */
  interrupt(): void {
    const running = this.top?.running ?? null;
    if (running !== null) running.isInterrupted = true;
    else if (this.#phase !== "prompt") this.#isInterrupted = true;
    else this.#forgetLine();
  }

  /** Takes up what a shell told. */
  hear(message: ShellMessage): void {
    if (message.kind === "R") this.#exit = Number(message.fields[0] ?? "0");
    if (message.kind === "I") this.#ready(message);
    const shell = this.#stack.find(({ nonce }) => nonce === message.nonce);
    if (shell === undefined) return;
    if (message.kind === "D") this.#hearState(shell, message);
    else if (message.kind === "S") this.#start(shell, message);
    else if (message.kind === "P") this.#prompt(shell, message);
    else if (message.kind === "C") this.continued();
  }

  /** The terminal is gone: what still runs ends, the first shell's command with the shell's own exit status. */
  finish(exit: number | null): void {
    const { top } = this;
    if (top !== null) this.#beginUntold(top);
    for (const shell of this.#stack.toReversed()) this.#end(shell, { exit: lastExit(shell, exit), job: shell.lastJob });
    this.#stack = [];
  }

  #ready(message: ShellMessage): void {
    const identity = readShellIdentity(message);
    const opener = this.top;
    const isSame = opener !== null && opener.pid === identity.pid;
    this.#forgetLine();
    if (isSame && !replacesShell(opener)) {
      // It had lost its hooks.
      this.#stack.splice(-1, 1, { ...opener, nonce: message.nonce, exit: this.#exit });
      return;
    }
    this.#shells += 1;
    const key = `shell${this.#shells}`;
    opener?.running?.opened.push(key);
    if (isSame) {
      this.#end(opener, { exit: 0, job: opener.lastJob });
      this.#stack.pop();
    }
    this.#stack.push(newShell({ identity, key, nonce: message.nonce, parent: opener?.key ?? null }));
  }

  #hearState(shell: LiveShell, message: ShellMessage): void {
    if (message.isGarbled || message.body === null) this.#options.onGarbled(shell);
    else shell.nextState = parseShellState(shell.kind, message.body);
  }

  #start(shell: LiveShell, message: ShellMessage): void {
    this.#dropShellsAbove(shell, null);
    const entry = shell.kind === "bash" ? readHistoryEntry(message.body ?? "", shell.lastHistory) : readToldEntry(message.body ?? "");
    if (entry !== null) shell.lastHistory = entry.number;
    const text = commandText(this.#lines, entry, this.#options.shown());
    this.#lines = text.rest;
    this.#begin(shell, text);
    this.#setPhase("running");
  }

  #begin(shell: LiveShell, text: CommandText): void {
    const startedAt = this.#submittedAt ?? Math.max(this.#promptAt, this.#options.clock());
    this.#submittedAt = null;
    const start = { text, id: this.#options.nextStepId(), startedAt, isInterrupted: this.#isInterrupted };
    this.#options.onBegin(startStep(shell, start));
  }

  #prompt(shell: LiveShell, message: ShellMessage): void {
    const exit = shell.exit ?? Number(message.fields[0] ?? "0");
    shell.exit = null;
    const job = message.fields[1] ?? "";
    this.#dropShellsAbove(shell, exit);
    if (shell.shell === null) this.#options.onShell(openShell(shell, this.#options.clock()));
    else {
      this.#beginUntold(shell);
      this.#end(shell, { exit, job });
    }
    shell.lastJob = job;
    const rest = shell.kind === "bash" ? this.#lines : [];
    this.#forgetLine();
    this.#lines = rest;
    this.#promptAt = this.#options.clock();
    this.#setPhase("prompt");
  }

  // A line of which no start was told: all of a POSIX shell's, and those that could not run (syntax error, comment).
  #beginUntold(shell: LiveShell): void {
    const text = this.#enteredText();
    if (shell.running !== null && !isTold(shell) && text.typed !== "") Object.assign(shell.running, { typed: text.typed, ran: text.ran });
    if (shell.running !== null || this.#submittedAt === null || (isTold(shell) && this.#isInterrupted)) return;
    if (text.typed.trim() === "" && (isTold(shell) || plainLines(this.#lines) !== null)) return;
    this.#begin(shell, text);
    this.#lines = [];
  }

  #enteredText(): CommandText {
    return enteredText(this.#lines, this.#options.echoed);
  }

  #end(shell: LiveShell, end: { readonly exit: number | null; readonly job: string }): void {
    const step = endStep(shell, { ...end, now: this.#options.clock() });
    if (step !== null) this.#options.onEnd(step);
  }

  // A shell told something, so those that were started in it have ended.
  #dropShellsAbove(shell: LiveShell, exit: number | null): void {
    for (let top = this.top; top !== null && top !== shell; top = this.top) {
      this.#beginUntold(top);
      this.#end(top, { exit, job: top.lastJob });
      this.#stack.pop();
    }
  }

  #forgetLine(): void {
    this.#lines = [];
    this.#submittedAt = null;
    this.#isContinued = false;
    this.#isInterrupted = false;
  }

  #setPhase(phase: Phase): void {
    this.#phase = phase;
    this.#options.onPhase(phase);
  }
}
