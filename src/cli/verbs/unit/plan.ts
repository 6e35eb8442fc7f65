import { EXIT } from "../../../base/exit-code.ts";
import { quoteVisibly } from "../../../format/shell/quote.ts";
import { dockerRun } from "../../../ship/plan/docker-run.ts";
import type { Plan } from "../../../ship/plan/model.ts";
import { makePlan } from "../../../ship/plan/make-plan.ts";
import { resolveSettings } from "../../../ship/settings/resolve.ts";
import { shownValue } from "../../../ship/settings/shown.ts";
import { type PlanOwners, planOwners } from "../../../ship/provision/plan-owners.ts";
import { gatherFacts } from "../../../ship/units/gather-facts.ts";
import { loadUnit } from "../../../ship/units/load-unit.ts";
import { renderPlan } from "../../../terminal/plan-view.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { openChosenEngine } from "../../places.ts";
import { findNamedUnit, surroundings, type UnitOptions } from "../../words/unit-options.ts";

interface PlanOptions extends UnitOptions, EngineChoice {
  readonly as?: "run";
  readonly json?: boolean;
}

/** `cooper plan`: what an instance of the unit would need of the engine; nothing is changed. */
export async function plan(context: VerbContext, word: string, options: PlanOptions): Promise<number> {
  const around = surroundings(context);
  const { unit, host } = await findNamedUnit(context, word, options);
  const settings = resolveSettings(await loadUnit(unit, host, { around, mode: options.mode, set: options.set }));
  const engine = await openChosenEngine(context, options);
  const made = makePlan(settings, await gatherFacts(engine, settings, { host, around }));
  const owners = await planOwners(engine, made);
  const command = dockerRun(made).map(quoteVisibly).join(" ");
  if (options.json === true) {
    const container = { ...made.container, environment: shownValue("environment", made.container.environment) };
    await context.print(toJson("cooper.plan/1", { ...made, container, steps: stepsWithIds(made, owners), userNamespace: owners.map }));
  } else await context.print(options.as === "run" ? `${command}\n` : renderPlan(made, { command, owners }, context.style));
  return EXIT.done;
}

function stepsWithIds(made: Plan, { ids }: PlanOwners): readonly object[] {
  return made.steps.map((step) => ({ ...step, ...(ids.has(step) ? { ids: ids.get(step) } : {}) }));
}
