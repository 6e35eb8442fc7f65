import { isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { type Engine, openEngine } from "../engine/open-engine.ts";
import type { EngineChoice, VerbContext } from "./context.ts";

/** The engine that the options, the environment or the Docker context name. */
export function openChosenEngine(context: VerbContext, choice: EngineChoice): Promise<Engine> {
  const { env, home } = context;
  return openEngine({
    env,
    home,
    ...(choice.host === undefined ? {} : { host: choice.host }),
    ...(choice.context === undefined ? {} : { context: choice.context }),
  });
}

/** Like openChosenEngine, but null, and said, where no engine answers: what was recorded can be read without one. */
export async function openEngineIfThere(context: VerbContext, choice: EngineChoice): Promise<Engine | null> {
  try {
    return await openChosenEngine(context, choice);
  } catch (error) {
    if (!isCooperError(error) || error.exit !== EXIT.engine) throw error;
    const { code, message, hint } = error;
    context.progress.emit({ kind: "finding", finding: { code, message, ...(hint === undefined ? {} : { hint }) } });
    return null;
  }
}
