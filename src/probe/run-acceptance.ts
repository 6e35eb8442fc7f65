import type { Emit } from "../base/events.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { Acceptance } from "../format/acceptance/acceptance.ts";
import type { Answer, Trial } from "./answer.ts";
import { askCommand, askFile } from "./ask-contents.ts";
import { askService } from "./ask-service.ts";
import { type TrialCommand, withTrial } from "./trial.ts";

/** What an image answered to an acceptance, in its order. */
export interface AcceptanceReport {
  readonly passed: boolean;
  readonly answers: readonly Answer[];
}

interface AcceptanceRun {
  readonly imageId: string;
  readonly acceptance: Acceptance;
  /** Value of the label `cooper.owner` on the container that is tried out. */
  readonly owner: string;
  readonly network: string | null;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

function commandOf({ alive, ports, http, processes, commands }: Acceptance): TrialCommand {
  if (alive !== null || ports.length + http.length + processes.length > 0) return "own";
  return commands.length > 0 ? "wait" : "nothing";
}

/** Tries an image out: starts a container of it, asks every question, removes it. */
export async function runAcceptance(engine: Engine, run: AcceptanceRun): Promise<AcceptanceReport> {
  const { acceptance, imageId, owner, network, signal, emit } = run;
  const command = commandOf(acceptance);
  if (command === "nothing" && acceptance.files.length === 0) return { passed: true, answers: [] };
  emit({ kind: "progress", text: command === "own" ? "trying out the built image" : "looking into the built image" });
  return withTrial(engine, { imageId, owner, network, command }, async (container) => {
    const answers = await askAcceptance({ engine, container, signal, startedAt: performance.now() }, acceptance);
    return { passed: answers.every((answer) => answer.passed), answers };
  });
}

/** Asks a container that was started by others every question of an acceptance, in its order. */
export async function askAcceptance(trial: Trial, acceptance: Acceptance): Promise<readonly Answer[]> {
  const answers: Answer[] = commandOf(acceptance) === "own" ? [...(await askService(trial, acceptance))] : [];
  for (const file of acceptance.files) answers.push(await askFile(trial, file));
  for (const one of acceptance.commands) answers.push(await askCommand(trial, one));
  return answers;
}
