import type { PathChange } from "../format/tree/entry.ts";
import type { Effect, Session, Step } from "./model.ts";

/** A file's time comes from the kernel's coarse clock, which can lag behind ours by a tick. */
const CLOCK_TICK_MS = 10;

/**
 * Two recorders at once both see all changes. Each change is left with the Step that made it, where that can be told by its time; where not, both
 * Steps keep it and are uncertain. Changes that only look like made from outside, because another Session's Step made them, vanish.
 */
export function reconcileSessions(sessions: readonly Session[]): readonly Session[] {
  return sessions.map((session) => {
    const others = sessions.filter((other) => other.id !== session.id && overlaps(session, other));
    if (others.length === 0) return session;
    const rivals = collectRivals(others.flatMap((other) => other.steps));
    const steps = session.steps.map((step) => settleStep(step, rivals)).filter((step) => step.kind !== "outside" || !isEmpty(step.effect));
    return { ...session, steps };
  });
}

function overlaps(a: Session, b: Session): boolean {
  return endOf(a) >= b.startedAt && a.startedAt <= endOf(b);
}

function endOf(session: Session): number {
  return session.endedAt ?? session.steps.reduce((end, step) => Math.max(end, step.endedAt), session.startedAt);
}

interface Claim {
  readonly step: Step;
  readonly change: PathChange;
}

/** What the Steps of the other Sessions tell. */
interface Rivals {
  readonly byPath: ReadonlyMap<string, readonly Claim[]>;
  /** Those that changed packages or processes. */
  readonly steps: readonly Step[];
}

function collectRivals(steps: readonly Step[]): Rivals {
  const byPath = new Map<string, Claim[]>();
  for (const step of steps) {
    for (const change of step.effect.changes) {
      const claims = byPath.get(change.path);
      if (claims === undefined) byPath.set(change.path, [{ step, change }]);
      else claims.push({ step, change });
    }
  }
  return { byPath, steps: steps.filter(({ effect }) => !isEmpty({ ...effect, changes: [] })) };
}

type Owner = "ours" | "theirs" | "unknown";

function settleStep(step: Step, rivals: Rivals): Step {
  const owners = step.effect.changes.map((change) => ownerOf(step, change, rivals));
  const changes = step.effect.changes.filter((_, index) => owners[index] !== "theirs");
  const hasLost = changes.length < step.effect.changes.length || step.kind === "outside";
  const earlier = rivals.steps.filter((other) => isEarlier(other, step)).map((other) => other.effect);
  const { packages, debconf, processes, ended } = step.effect;
  const effect: Effect = {
    ...step.effect,
    changes,
    uncertain: step.effect.uncertain || owners.includes("unknown"),
    packages: hasLost
      ? without(
          packages,
          earlier.flatMap((other) => other.packages),
        )
      : packages,
    debconf: hasLost
      ? without(
          debconf,
          earlier.flatMap((other) => other.debconf),
        )
      : debconf,
    processes: withoutPids(
      processes,
      earlier.flatMap((other) => other.processes),
    ),
    ended: ended.filter((pid) => !earlier.some((other) => other.ended.includes(pid))),
  };
  return { ...step, effect };
}

function ownerOf(step: Step, change: PathChange, rivals: Rivals): Owner {
  const claims = (rivals.byPath.get(change.path) ?? []).filter((claim) => isSameChange(change, claim.change));
  const commands = claims.filter((claim) => claim.step.kind !== "outside");
  const isTheirs = commands.some((claim) => holds(claim.step, change, step));
  if (step.kind === "outside") return isTheirs || comesLater(step, claims) ? "theirs" : "ours";
  if (commands.length === 0) return "ours";
  const isOurs = holds(step, change, step);
  if (isOurs === isTheirs) return "unknown";
  return isOurs ? "ours" : "theirs";
}

/** Two Sessions saw the same change from outside: it stays with the first of them. */
function comesLater(step: Step, claims: readonly Claim[]): boolean {
  return claims.some((claim) => claim.step.kind === "outside" && isEarlier(claim.step, step));
}

function isEarlier(a: Step, b: Step): boolean {
  return a.endedAt < b.endedAt || (a.endedAt === b.endedAt && a.id < b.id);
}

/** The same event seen twice: the second look may have come after a later change of the same path. */
function isSameChange(change: PathChange, other: PathChange): boolean {
  if (change.after === null || other.after === null) return change.after === other.after;
  return change.changedAt === other.changedAt;
}

/** A deletion has no time: the Steps' own times must do. */
function holds(step: Step, change: PathChange, seenBy: Step): boolean {
  const at = change.changedAt;
  if (at === 0) return step.startedAt <= seenBy.endedAt && step.endedAt >= seenBy.startedAt;
  return step.startedAt - CLOCK_TICK_MS <= at && at <= step.endedAt;
}

function without<T>(own: readonly T[], others: readonly T[]): readonly T[] {
  const known = new Set(others.map((value) => JSON.stringify(value)));
  return known.size === 0 ? own : own.filter((value) => !known.has(JSON.stringify(value)));
}

function withoutPids<T extends { readonly pid: number }>(own: readonly T[], others: readonly T[]): readonly T[] {
  return own.filter((process) => !others.some((other) => other.pid === process.pid));
}

function isEmpty(effect: Effect): boolean {
  return [effect.changes, effect.packages, effect.debconf, effect.processes, effect.ended].every((part) => part.length === 0);
}
