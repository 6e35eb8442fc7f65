import type { ChangeKind } from "../format/tree/entry.ts";
import type { Effect, Step } from "./model.ts";

/** The Step's text in one line: its first line that says something, "…" where there is more. Not escaped for a screen. */
export function describeStep(step: Step, width = 80): string {
  if (step.kind === "outside") return "(changed from outside)";
  const lines = step.typed.split("\n").filter((line) => line.trim() !== "");
  const first = (lines[0] ?? "").trim();
  const letters = [...first];
  if (letters.length > width) return `${letters.slice(0, width - 1).join("")}…`;
  return lines.length > 1 ? `${first} …` : first;
}

export interface EffectCounts {
  readonly paths: Readonly<Record<ChangeKind, number>>;
  /** Changed paths that a package brought in the same Step; not in `paths`. */
  readonly packagePaths: number;
  readonly installed: number;
  readonly upgraded: number;
  readonly removed: number;
  readonly left: number;
  readonly ended: number;
}

/** How much a Step did. */
function countEffect(effect: Effect): EffectCounts {
  const own = effect.changes.filter((change) => change.package === undefined);
  const count = (kind: ChangeKind): number => own.filter((change) => change.kind === kind).length;
  const { packages } = effect;
  return {
    paths: {
      created: count("created"),
      changed: count("changed"),
      deleted: count("deleted"),
      reowned: count("reowned"),
      remoded: count("remoded"),
    },
    packagePaths: effect.changes.length - own.length,
    installed: packages.filter((change) => change.before === null).length,
    upgraded: packages.filter((change) => change.before !== null && change.after !== null && change.before !== change.after).length,
    removed: packages.filter((change) => change.after === null).length,
    left: effect.processes.length,
    ended: effect.ended.length,
  };
}

/** The counts in words ("2 packages installed, 3 paths created, 1 process left running"); "" for an Effect of nothing. */
export function describeEffect(effect: Effect): string {
  const counts = countEffect(effect);
  const parts: readonly (readonly [number, string, string])[] = [
    [counts.installed, "package", "installed"],
    [counts.upgraded, "package", "upgraded"],
    [counts.removed, "package", "removed"],
    [counts.paths.created, "path", "created"],
    [counts.paths.changed, "path", "changed"],
    [counts.paths.deleted, "path", "deleted"],
    [counts.paths.reowned, "path", "re-owned"],
    [counts.paths.remoded, "path", "re-moded"],
    [counts.left, "process", "left running"],
    [counts.ended, "process", "ended"],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, noun, verb]) => `${count} ${plural(count, noun)} ${verb}`);
  return said.join(", ") + (effect.uncertain ? (said.length === 0 ? "uncertain" : " (uncertain)") : "");
}

function plural(count: number, noun: string): string {
  if (count === 1) return noun;
  return noun.endsWith("s") ? `${noun}es` : `${noun}s`;
}
