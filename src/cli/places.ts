import { isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { type Engine, openEngine } from "../engine/open-engine.ts";
import type { EngineChoice, VerbContext } from "./context.ts";

/** One that is of use, but not needed, is not waited for where it answers nothing. */
const OPTIONAL_DEADLINE_MS = 5_000;

/** The engine that the options, the environment or the Docker context name. */
export function openChosenEngine(context: VerbContext, choice: EngineChoice, deadlineMs?: number): Promise<Engine> {
  const { env, home } = context;
  return openEngine({
    env,
    home,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(choice.host === undefined ? {} : { host: choice.host }),
    ...(choice.context === undefined ? {} : { context: choice.context }),
  });
}

/** Like openChosenEngine, but null, and said, where no engine answers: what was recorded can be read without one. */
export async function openEngineIfThere(context: VerbContext, choice: EngineChoice): Promise<Engine | null> {
  try {
    return await openChosenEngine(context, choice, OPTIONAL_DEADLINE_MS);
  } catch (error) {
    if (!isCooperError(error) || error.exit !== EXIT.engine) throw error;
    const { code, message, hint } = error;
    context.progress.emit({ kind: "finding", finding: { code, message, ...(hint === undefined ? {} : { hint }) } });
    return null;
  }
}
