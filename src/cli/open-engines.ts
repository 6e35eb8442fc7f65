import { type CooperError, isCooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Engine } from "../engine/open-engine.ts";
import type { EngineChoice, VerbContext } from "./context.ts";
import { openChosenEngine } from "./places.ts";

/** An engine that answered, under the name of the Docker context it was reached by; "" where none was named. */
export interface NamedEngine {
  readonly name: string;
  readonly engine: Engine;
}

/** The engines of all contexts that `--context A,B` names, asked at the same time; the one that is chosen otherwise where it names none. Those that do not answer are said, and come back as errors; throws where none answers. */
export async function openEngines(
  context: VerbContext,
  choice: EngineChoice,
): Promise<{ readonly engines: readonly NamedEngine[]; readonly failed: readonly CooperError[] }> {
  const names = [...new Set((choice.context ?? "").split(",").map((name) => name.trim()))].filter((name) => name !== "");
  if (names.length < 2) return { engines: [{ name: names[0] ?? "", engine: await openChosenEngine(context, choice) }], failed: [] };
  const asked = await Promise.all(names.map((name) => openNamed(context, choice, name)));
  const engines = asked.filter((one): one is NamedEngine => "engine" in one);
  const failed = asked.filter(isCooperError);
  const [first] = failed;
  if (engines.length === 0 && first !== undefined) throw first;
  for (const { code, message, hint } of failed) {
    context.progress.emit({ kind: "finding", finding: { code, message, ...(hint === undefined ? {} : { hint }) } });
  }
  return { engines, failed };
}

async function openNamed(context: VerbContext, choice: EngineChoice, name: string): Promise<NamedEngine | CooperError> {
  try {
    return { name, engine: await openChosenEngine(context, { ...choice, context: name }) };
  } catch (error) {
    if (isCooperError(error) && error.exit === EXIT.engine) return error;
    throw error;
  }
}
