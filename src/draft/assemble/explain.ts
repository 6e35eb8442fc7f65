import type { History, Step } from "../../history/model.ts";
import type { Draft } from "../model.ts";

const WIDTH = 100;

/** Per instruction the Steps it came from and why, then per dropped Step why. Texts are as recorded: escape them for a screen. */
export function explainDraft(draft: Draft, history: History): string {
  const steps = new Map(history.sessions.flatMap((session) => session.steps.map((step) => [step.id, step] as const)));
  const told = (id: string): string => `${id}  ${typedLine(steps.get(id))}`;
  const kept = draft.instructions.map((instruction) => {
    const lines = [`${instruction.isRepair ? "repair: " : ""}${firstLine(instruction.text)}`];
    if (instruction.why !== "") lines.push(`    because: ${instruction.why}`);
    lines.push(...instruction.steps.map((id) => `    from ${told(id)}`));
    return lines.join("\n");
  });
  const dropped = draft.dropped.map(({ step, why }) => `${told(step)}\n    because: ${why}`);
  const parts = ["Instructions", ...kept];
  if (dropped.length > 0) parts.push("Left out", ...dropped);
  return parts.join("\n\n") + "\n";
}

function typedLine(step: Step | undefined): string {
  if (step === undefined) return "";
  if (step.kind === "outside") return "(changed from outside)";
  return firstLine(step.kind === "exec" ? (step.argv ?? []).join(" ") : step.typed);
}

function firstLine(text: string): string {
  const line = text.split("\n")[0] ?? "";
  const isCut = line !== text || line.length > WIDTH;
  return isCut ? `${line.slice(0, WIDTH).replace(/ \\$/, "")} …` : line;
}
