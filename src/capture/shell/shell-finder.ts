import type { Clock, RandomHex } from "../../base/clock.ts";
import type { ShellMessage } from "../../format/terminal-stream/marker.ts";
import { ForegroundWatch } from "../terminal/foreground-watch.ts";
import { HookGiver } from "./hook-giver.ts";
import type { OutputTail } from "../terminal/output-tail.ts";
import type { ShellTracker } from "./shell-tracker.ts";

export interface FinderOptions {
  readonly clock: Clock;
  readonly randomHex: RandomHex;
  readonly tracker: () => ShellTracker;
  readonly tail: OutputTail;
  /** Time of the last output. */
  readonly quietSince: () => number;
  /** Time of the last change of phase. */
  readonly phaseSince: () => number;
  /** Keys wait to be let through. */
  readonly hasKeys: () => boolean;
  readonly send: (bytes: Buffer) => void;
  readonly accept: (word: string) => void;
  readonly onLook: () => void;
  /** A program waits for keys for some time. */
  readonly onAsked: () => void;
  readonly onGiven: (isDone: boolean) => void;
}

/** Keys typed ahead wait at most this long for the next prompt; less where it cannot be seen who reads them. */
const AHEAD_MS = 1000;
const BLIND_AHEAD_MS = 200;
/** A shell that waits for keys for so long and has told nothing is at its prompt. */
const NOT_TOLD_MS = 300;
/** The same of a shell that tells: what it told may be on its way for longer on a busy machine. */
const UNTOLD_MS = 1000;
const BLIND_POLL_MS = 250;
const BLIND_QUIET_MS = 700;
/** Commands that start a shell, for an engine whose processes cannot be seen. */
const OPENS_SHELL = /^\s*(?:sudo\s+)?(?:exec\s+)?(?:su|bash|sh|zsh|dash|ash|login|newgrp|sudo\s+(?:-\w+\s+)*-[is])\b(?!.*\s-c\b)/;
const REPLACES_SHELL = /(?:^|[;&|(]\s*)exec\s/;
/** Commands that may take the hooks away from their shell, and no builtin that reads keys itself. */
const LOSES_HOOKS = /PROMPT_COMMAND|\bPS[0-2]\b|precmd|preexec|prompt|(?:^|[;&|]\s*)(?:\.|source|unset|unfunction|exec)\s/;
const READS_KEYS = /\b(?:read|select|vared)\b/;

/** Finds the shells that are to be followed, and gives them their hooks. */
export class ShellFinder {
  readonly #options: FinderOptions;
  readonly #giver: HookGiver;
  #watch: ForegroundWatch | null = null;
  #pid: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #askedAt = 0;

  constructor(options: FinderOptions) {
    this.#options = options;
    const { clock, randomHex, send, accept } = options;
    this.#giver = new HookGiver({ clock, randomHex, send, accept, onEnd: (isDone) => this.#endGiving(isDone) });
  }

  /** A shell is being given its hooks. */
  get isGiving(): boolean {
    return this.#giver.isActive;
  }

  /** What is printed now is not for the user. */
  get isSilent(): boolean {
    return this.#giver.isSilent;
  }

  /** A followed shell itself reads the keys. */
  get isKnown(): boolean {
    return this.#watch?.isKnown === true;
  }

  /** The word of the reading line for the first shell's start-up file. */
  expect(): string {
    return this.#giver.expect();
  }

  /** The first shell runs, on this machine as `pid`. */
  open(pid: number | null): void {
    const { clock, quietSince } = this.#options;
    this.#pid = pid;
    this.#watch = new ForegroundWatch({
      clock,
      pid,
      quietSince,
      isWanted: () => this.#isWatching(),
      mayReplace: () => REPLACES_SHELL.test(this.#running),
      onShell: (name) => this.#meet(name),
      onLook: () => this.#looked(),
    });
    this.#watch.start();
    if (pid === null) this.#timer = setInterval(() => this.#guess(), BLIND_POLL_MS);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#watch?.stop();
  }

  hear(message: ShellMessage): void {
    this.#giver.hear(message);
  }

  /** What is typed ahead goes on when a program waits for it; where that cannot be seen, after a while. */
  mayRunAhead(waited: number): boolean {
    if (this.#pid === null || this.#watch === null) return waited > BLIND_AHEAD_MS;
    // A followed shell tells when it waits.
    const isWaiting = this.#watch.isWaiting(this.#options.phaseSince()) && !this.#watch.isKnown;
    return isWaiting || waited > AHEAD_MS;
  }

  /** Keys that came at `since` are not for a shell that is yet to be followed. */
  maySend(since: number): boolean {
    return this.#watch?.isClear(since) ?? true;
  }

  get #running(): string {
    return this.#options.tracker().top?.running?.ran ?? "";
  }

  #isWatching(): boolean {
    this.#giver.check();
    return !this.#giver.isSilent && (this.#options.tracker().phase !== "prompt" || this.#options.hasKeys());
  }

  #meet(name: string): void {
    // The first shell reads its hooks from its start-up file; only zsh has none of that kind.
    if (!this.#giver.isActive || name === "zsh") this.#giver.type();
  }

  #looked(): void {
    const tracker = this.#options.tracker();
    if (tracker.phase === "running" && this.#isShellWaiting()) {
      if (tracker.isTelling) this.#notTaken(tracker);
      else if (LOSES_HOOKS.test(this.#running) && !READS_KEYS.test(this.#running) && !this.#giver.isActive) this.#giver.type();
    }
    if (tracker.phase === "running" && this.#isAsked() && !this.#giver.isActive) {
      this.#askedAt = this.#options.clock();
      this.#options.onAsked();
    }
    this.#options.onLook();
  }

  // By the shell's own `read`, or by a program.
  #isAsked(): boolean {
    const watch = this.#watch;
    if (watch?.isWaiting(Math.max(this.#options.phaseSince(), this.#askedAt) + NOT_TOLD_MS) !== true) return false;
    return !watch.isKnown || watch.hasWaited(UNTOLD_MS);
  }

  #isShellWaiting(): boolean {
    const watch = this.#watch;
    return watch?.isKnown === true && watch.hasWaited(UNTOLD_MS) && watch.isWaiting(this.#options.phaseSince() + UNTOLD_MS);
  }

  // A shell that told neither a start nor a prompt, and waits for keys, did not take the line or wants more.
  #notTaken(tracker: ShellTracker): void {
    if (this.#options.tail.has(/event not found/)) tracker.refused();
    else tracker.continued();
  }

  #guess(): void {
    this.#giver.check();
    const tracker = this.#options.tracker();
    const isQuiet = this.#options.clock() - Math.max(this.#options.quietSince(), this.#options.phaseSince()) > BLIND_QUIET_MS;
    if (!isQuiet || this.#giver.isSilent || !this.#options.tail.has(/[$#%>] $/)) return;
    const isFirst = tracker.phase === "starting" && this.#giver.isActive;
    if (isFirst || (tracker.phase === "running" && !this.#giver.isActive && OPENS_SHELL.test(this.#running))) this.#giver.type();
  }

  #endGiving(isDone: boolean): void {
    const { isNested } = this.#options.tracker();
    if (isNested || this.#pid === null) this.#watch?.knowThis();
    else this.#watch?.know(this.#pid);
    this.#options.onGiven(isDone);
  }
}
