import { CooperError, isCooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { quoteVisibly } from "../../../format/shell/quote.ts";
import { bringUp } from "../../../ship/execute/bring-up.ts";
import { runAttached } from "../../../ship/execute/run-attached.ts";
import { dockerRun } from "../../../ship/plan/docker-run.ts";
import type { Plan } from "../../../ship/plan/model.ts";
import { planOfRun } from "../../../ship/plan/plan-run.ts";
import type { Mode } from "../../../ship/settings/modes.ts";
import { resolveSettings } from "../../../ship/settings/resolve.ts";
import { loadUnit } from "../../../ship/units/load-unit.ts";
import { openRealTerminal } from "../../../system/terminal/terminal.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { holdEvents } from "../../held-events.ts";
import { openChosenEngine } from "../../places.ts";
import { exitCodeOf } from "../../report-error.ts";
import { findNamedUnit, surroundings, type UnitOptions } from "../../words/unit-options.ts";
import { UnitWork } from "../../units/unit-work.ts";
import { broughtUpText } from "./up.ts";

interface RunOptions extends Omit<UnitOptions, "mode">, EngineChoice {
  /** "prod" where nothing is said, or "dev" where --dev or --shell says so. */
  readonly mode?: Mode;
  readonly dev?: boolean;
  readonly shell?: boolean;
  readonly test?: boolean;
}

/** `cooper run`: an instance of a unit, in the foreground beside production, detached in production; its exit code where it is in the foreground. */
export async function run(context: VerbContext, words: readonly string[], options: RunOptions): Promise<number> {
  const [word = ".", ...rest] = words[0] === "--" ? [".", ...words] : words;
  const command = rest[0] === "--" ? rest.slice(1) : rest;
  const isShell = options.shell === true;
  const mode = options.mode ?? (options.dev === true || isShell ? "dev" : "prod");
  if (options.dev === true && mode !== "dev") throw modes(mode);
  const work = await openWork(context, word, { ...options, mode });
  const plan = options.test === true ? await work.plan() : await work.planToRun();
  const isAttached = plan.isAttached || isShell || command.length > 0;
  const hasTerminal = context.stdin.isTTY && context.stdout.isTTY;
  const chosen = isAttached ? planOfRun(plan, { isShell, command, hasTerminal }) : plan;
  if (options.test === true) {
    await context.print(`${dockerRun(chosen).map(quoteVisibly).join(" ")}\n`);
    return EXIT.done;
  }
  return isAttached ? inForeground(context, work, chosen) : detached(context, work);
}

async function openWork(context: VerbContext, word: string, options: RunOptions & { readonly mode: Mode }): Promise<UnitWork> {
  const { unit, host } = await findNamedUnit(context, word, options);
  const sources = await loadUnit(unit, host, { around: surroundings(context), mode: options.mode, set: options.set });
  const engine = await openChosenEngine(context, options);
  return new UnitWork({ context, engine, host, settings: resolveSettings(sources), emit: context.progress.emit, verb: "run" });
}

async function detached(context: VerbContext, work: UnitWork): Promise<number> {
  const brought = await work.locked(async (lock) =>
    bringUp(work.execution, { plan: await work.planToRun(), lock, prepare: work.prepare, when: "always" }),
  );
  context.progress.clear();
  await context.print(`${escapeText(broughtUpText(brought))}\n`);
  return EXIT.done;
}

/** The program's exit code; cooper's own failures are told from it. */
async function inForeground(context: VerbContext, work: UnitWork, plan: Plan): Promise<number> {
  const { stdin, stdout, stderr } = context;
  const terminal = openRealTerminal(stdin, stdout);
  const quiet = holdEvents(context.progress);
  try {
    return await runAttached(
      { ...work.execution, emit: quiet.emit },
      {
        plan,
        prepare: work.prepare,
        stdin,
        stdout,
        stderr,
        terminal,
        onStart: () => {
          quiet.hold();
          if (plan.container.tty === true) terminal.enterRawMode();
        },
      },
    );
  } catch (error) {
    if (context.signal.aborted || !isCooperError(error)) throw error;
    const { code, message, hint, where, cause } = error;
    const exit = exitCodeOf(error, { verb: "exec", isInterrupted: false });
    throw new CooperError(code, message, {
      exit,
      cause,
      ...(hint === undefined ? {} : { hint }),
      ...(where === undefined ? {} : { where }),
    });
  } finally {
    terminal.restore();
    quiet.release();
  }
}

function modes(mode: Mode): CooperError {
  return new CooperError("modes-many", `Both --dev and --mode ${mode} were said.`, { hint: "Say one of them." });
}
