import type { Clock } from "../../base/clock.ts";
import type { Emit } from "../../base/events.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Observer } from "../../changes/observer.ts";
import { joinWords } from "../../format/shell/quote.ts";
import type { SessionWriter } from "../../history/session-writer.ts";
import { type CommandExec, type CommandExecOptions, openCommandExec } from "./command-exec.ts";
import { commandShell } from "./command-shell.ts";
import type { EndedStep, RunningStep } from "../shell/live-shell.ts";
import { type JoinedTerminal, openTerminalExec } from "./terminal-exec.ts";
import { StepLog } from "../step/step-log.ts";
import { watchVisitors } from "../step/visitors.ts";

export interface RecordCommandOptions extends CommandExecOptions {
  readonly observer: Observer;
  readonly writer: SessionWriter;
  /** Give it a terminal, whose output all goes to `stdout`. */
  readonly terminal?: JoinedTerminal | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly onOpen?: ((own: { readonly hostPid: number | null; readonly pids: () => readonly number[] }) => void) | undefined;
}

/** Runs one command in the container without a shell and records it as one Step; gives its exit code. Throws `command-not-found`, `command-not-executable`. */
export async function recordCommand(options: RecordCommandOptions): Promise<{ readonly exit: number }> {
  const { clock, observer, writer, emit, container, engine } = options;
  const visits = { was: (_from: number, _to: number): boolean => false };
  const steps = new StepLog({
    clock,
    observer,
    writer,
    runningSince: () => null,
    openings: () => [],
    shell: () => null,
    wasVisited: (from, to) => visits.was(from, to),
    onFinding: (finding) => emit({ kind: "finding", finding }),
    onSettled: () => undefined,
  });
  const shell = await commandShell(options);
  steps.addShell(shell);
  await writer.peers.done(LONGEST_WAIT_MS);
  steps.settle();
  await steps.done();
  // Before the engine is asked: it may have started the command some time before it says so.
  const startedAt = clock();
  const exec = options.terminal === undefined ? await openCommandExec(options) : await openTerminalExec(options, options.terminal);
  options.onOpen?.({ hostPid: exec.pid, pids: () => [] });
  const visitors = watchVisitors(engine, container.id, exec.id);
  visits.was = (from, to) => visitors.wasVisited(from, to);
  try {
    const { cwd, umask } = shell.state;
    const words = joinWords(options.argv);
    const text = { typed: words, ran: words, argv: options.argv };
    const facts = { id: writer.nextStepId(), shell: shell.key, identity: shell.identity, cwd, umask, startedAt };
    const exit = await run({ ...facts, ...text, opened: [], isInterrupted: false, isUnread: false }, { exec, steps, clock });
    await writer.end(exit);
    const failure = exec.failure();
    if (failure !== null) throw failure;
    return { exit: exit ?? EXIT.cooperFailed };
  } finally {
    visitors.close();
  }
}

/** So long the looks of other recorders are waited for. */
const LONGEST_WAIT_MS = 15_000;

interface Running {
  readonly exec: CommandExec;
  readonly steps: StepLog;
  readonly clock: Clock;
}

async function run(step: RunningStep, { exec, steps, clock }: Running): Promise<number | null> {
  steps.begin(step);
  const exit = await exec.run();
  const ended: EndedStep = { ...step, endedAt: clock(), exit, background: false, change: {} };
  steps.end(ended);
  steps.settle();
  await steps.done();
  return exit;
}
