import { isZshMade } from "../../format/shell-state/own-names.ts";
import { isIdle } from "../../format/terminal-stream/match-typed.ts";
import { diffState } from "../../history/fold.ts";
import type { Shell, ShellState } from "../../history/model.ts";
import type { Window } from "../step/attribute.ts";
import { type EndedStep, type LiveShell, type RunningStep, UNKNOWN_STATE } from "./live-shell.ts";
import type { ShellIdentity } from "./shell-identity.ts";

interface ShellFacts {
  readonly identity: ShellIdentity;
  readonly key: string;
  readonly nonce: string;
  readonly parent: string | null;
}

/** A shell that has just got its hooks. */
export function newShell({ identity, key, nonce, parent }: ShellFacts): LiveShell {
  const open = { shell: null, openedAt: null, state: null, nextState: null, running: null, exit: null, lastJob: "", lastHistory: 0 };
  return { ...identity, ...open, key, nonce, parent };
}

/** Its first prompt: what it told is its state at the start. */
export function openShell(shell: LiveShell, now: number): Shell {
  const { key, parent, kind, identity, login } = shell;
  shell.openedAt = now;
  shell.state = shell.nextState ?? UNKNOWN_STATE;
  shell.nextState = null;
  shell.shell = { key, parent, kind, identity, login, state: kind === "zsh" ? withoutDefaults(shell.state) : shell.state };
  return shell.shell;
}

// What zsh gives itself is in no environment that a command could need; what a command makes of it is told as its change.
function withoutDefaults(state: ShellState): ShellState {
  return { ...state, variables: Object.fromEntries(Object.entries(state.variables).filter(([name]) => !isZshMade(name))) };
}

/** A process substitution is the shell's last job too, but no job that goes on: that takes a single "&", or `bg`. */
function canLeaveJob(text: string): boolean {
  return /&|\bbg\b/.test(text.replaceAll(/&&|[<>]&|&>/g, ""));
}

interface StepStart {
  readonly text: { readonly typed: string; readonly ran: string };
  readonly id: string;
  readonly startedAt: number;
  readonly isInterrupted: boolean;
}

/** A command starts in the shell. */
export function startStep(shell: LiveShell, { text, id, startedAt, isInterrupted }: StepStart): RunningStep {
  const { typed, ran } = text;
  const { cwd, umask } = shell.state ?? UNKNOWN_STATE;
  const place = { shell: shell.key, cwd, umask, identity: shell.identity };
  shell.running = { id, typed, ran, argv: null, ...place, startedAt, opened: [], isInterrupted, isUnread: ran.trim() === "" };
  return shell.running;
}

interface StepEnd {
  readonly exit: number | null;
  readonly job: string;
  readonly now: number;
}

/** Its running command ends, and what it told since is its state; null where none ran. */
export function endStep(shell: LiveShell, end: StepEnd): EndedStep | null {
  const { running, state } = shell;
  const next = shell.nextState ?? state;
  const change = state === null || next === null || next === state ? {} : diffState(state, next);
  shell.state = next;
  shell.nextState = null;
  shell.running = null;
  if (running === null) return null;
  // A comment leaves the status of the command before it.
  const exit = isIdle(running.ran) && !running.isUnread ? 0 : end.exit;
  const background = end.job !== "" && end.job !== shell.lastJob && canLeaveJob(running.ran);
  return { ...running, endedAt: end.now, exit, background, change };
}

/** For each command that opened a shell and still runs: from its start to that shell's first prompt. `stack` from the first shell on. */
export function openingsOf(stack: readonly LiveShell[]): readonly Window[] {
  return stack.slice(1).flatMap(({ openedAt }, index) => {
    const startedAt = stack[index]?.running?.startedAt;
    return startedAt === undefined ? [] : [{ startedAt, endedAt: openedAt ?? Number.POSITIVE_INFINITY }];
  });
}

/** The exit status of the command that a shell ended with; null where the shell was killed under it. */
export function lastExit(shell: LiveShell, exit: number | null): number | null {
  const isEnding = /^\s*(?:exit|logout|exec)\b/m.test(shell.running?.ran ?? "");
  return exit !== null && (exit < 128 || isEnding) ? exit : null;
}

/** True for a shell that tells when a command starts. */
export function isTold(shell: LiveShell | null): boolean {
  return shell?.kind === "bash" || shell?.kind === "zsh";
}

/** True where the command that the shell runs puts another program in its place. */
export function replacesShell(shell: LiveShell): boolean {
  return /(?:^|[;&|(]\s*)exec\s/.test(shell.running?.ran ?? "");
}

/** What the shell prints when it waits for the rest of a command. */
export function secondPromptOf(shell: LiveShell | null): RegExp {
  if (shell?.kind === "zsh") return /^[a-z ]*> $/;
  const value = shell?.state?.variables["PS2"]?.value;
  if (typeof value !== "string" || value === "> ") return /^> $/;
  return new RegExp(`^${value.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}
