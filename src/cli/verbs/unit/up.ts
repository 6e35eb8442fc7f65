import { listContainers } from "../../../engine/container/container.ts";
import { bringUp } from "../../../ship/execute/bring-up.ts";
import type { BringUpRequest, BroughtUp } from "../../../ship/execute/model.ts";
import type { Plan } from "../../../ship/plan/model.ts";
import type { VerbContext } from "../../context.ts";
import { runUnits, type UnitsOptions } from "../../units/run-units.ts";
import type { UnitWork } from "../../units/unit-work.ts";

interface UpOptions extends UnitsOptions {
  readonly adopt?: boolean;
}

/** `cooper up`: each unit's instance runs as its settings say; what runs so already is left alone. */
export function up(context: VerbContext, words: readonly string[], options: UpOptions): Promise<number> {
  return bringUnitsUp(context, { words, options }, { name: "up", when: "changed" });
}

/** `cooper restart`: each unit's instance is made anew, and takes the old one's place when it works. */
export function restart(context: VerbContext, words: readonly string[], options: UpOptions): Promise<number> {
  return bringUnitsUp(context, { words, options }, { name: "restart", when: "always" });
}

function bringUnitsUp(
  context: VerbContext,
  asked: { readonly words: readonly string[]; readonly options: UpOptions },
  { name, when }: { readonly name: string } & Pick<BringUpRequest, "when">,
): Promise<number> {
  return runUnits<BroughtUp>(context, asked, {
    name,
    schema: `cooper.${name}/1`,
    isForThisHost: true,
    act: (work) =>
      work.locked(async (lock) => {
        const plan = await work.planToRun();
        await sayMissing(work, plan);
        return bringUp(work.execution, { plan, lock, prepare: work.prepare, when, adopt: asked.options.adopt ?? false });
      }),
    text: broughtUpText,
    json: (value) => value,
  });
}

/** What it comes after may have been left out by the person, or have ended since. */
async function sayMissing({ engine, execution }: UnitWork, { unit, mode, after }: Plan): Promise<void> {
  for (const other of after) {
    const running = await listContainers(engine, { labels: [`cooper.unit=${other}`, `cooper.mode=${mode}`] });
    if (running.length > 0) continue;
    execution.emit({
      kind: "finding",
      finding: {
        code: "dependency-not-up",
        message: `${unit} comes after ${other}, of which no ${mode} instance runs.`,
        hint: `cooper up ${other}`,
      },
    });
  }
}

const ACCEPTED = { health: "its health check succeeded", port: "it listens", "stays-up": "it stays up", "ran-already": "" } as const;

/** What became of an instance, in some words. */
export function broughtUpText({ did, accepted, gapMs, name }: BroughtUp): string {
  if (did === "unchanged") return `${name} runs as planned already`;
  const gap = did === "replaced" ? `, ${(gapMs / 1000).toFixed(1)} s without service` : "";
  return `${name} ${did}: ${ACCEPTED[accepted]}${gap}`;
}
