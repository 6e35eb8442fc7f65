import type { ExercisePlan } from "../exercise/plan.ts";
import type { FoundImage } from "../inspect/find-image.ts";
import type { SlimRequest } from "../request.ts";

/** One plan for each command of the host, each for a container of its own; one without a command where there is none. */
export function exercisePlans(found: FoundImage, { exercise }: SlimRequest): readonly ExercisePlan[] {
  const { commands, ...plan } = exercise;
  const all = commands.length === 0 ? [null] : commands;
  return all.map((command) => ({ ...plan, command, health: found.health }));
}
