import type { Step } from "../../history/model.ts";
import type { TimedStep, Timeline } from "../model.ts";
import { resolvePath } from "../select/words/expand-word.ts";
import { readWords } from "../select/words/step-words.ts";
import type { StepWords } from "../select/words/step-words.ts";
import { ACCOUNT_COMMANDS, PLAIN } from "../tables/commands.ts";
import { isMadeAgain } from "../tables/volatile-paths.ts";
import type { Action, RunAction } from "./action.ts";
import { PACKAGE_MANAGERS } from "./package-managers.ts";

/** What an action writes, and all that it may depend on. */
export interface ActionSets {
  readonly writes: readonly string[];
  /** What it was seen to read, and what its text names. */
  readonly reads: readonly string[];
  /** Beginnings of paths that it may look for without opening them: a path that is not there is never opened. */
  readonly looks: readonly string[];
  /** Makes and changes files in a way that its text tells all of. */
  readonly isPlain: boolean;
}

/** Where programs and their libraries, settings and packages are: whether something is there decides what a program does. */
const SYSTEM: readonly string[] = ["/etc/", "/usr/", "/lib", "/bin/", "/sbin/", "/boot/", "/var/"];

/** Package managers that use nothing of the folder they are called in but what their arguments name. */
const NAMED_ONLY = PACKAGE_MANAGERS.filter(({ name }) => ["apt", "apk", "dnf", "zypper", "pacman", "pip", "gem"].includes(name)).flatMap(
  ({ programs }) => programs,
);

const PLAIN_OR_NAMED: ReadonlySet<string> = new Set([...PLAIN, ...NAMED_ONLY]);

/** The sets of an action; null where not all of what it read is known. */
export function setsOfAction(action: Action, timeline: ReadonlyMap<string, TimedStep>): ActionSets | null {
  if (action.kind === "carry") return { writes: action.paths.map(({ path }) => path), reads: [], looks: [], isPlain: true };
  const steps = action.steps.flatMap((id) => timeline.get(id) ?? []);
  const words = steps.map(readWords);
  const isPlain = words.every((one) => isOnly(one, PLAIN));
  if (steps.length === 0 || steps.some(({ step }) => isUnknown(step, isPlain))) return null;
  const writes = steps.flatMap(({ step }) => step.effect.changes.map(({ path }) => path)).filter((path) => !isMadeAgain(path));
  const reads = [
    ...steps.flatMap(({ step }) => step.effect.reads ?? []),
    ...words.flatMap((one) => namedPaths(one, action.needs.cwd)),
    ...accountFiles(action, words),
    ...(action.needs.cwd === null ? [] : [action.needs.cwd]),
  ].filter((path) => path !== "/");
  const isNamed = words.every((one) => isOnly(one, PLAIN_OR_NAMED));
  const around = isNamed ? [] : [...writes, ...reads].map((path) => `${resolvePath("..", path)}/`).filter((folder) => folder !== "//");
  const looks = isPlain ? [] : [...SYSTEM, `${action.home}/.`, ...new Set(around)];
  return { writes, reads, looks, isPlain };
}

/** What only handles files tells by its text what it reads. */
function isUnknown({ effect }: Step, isPlain: boolean): boolean {
  return effect.uncertain || (effect.reads === null && !isPlain);
}

function isOnly({ commands, folders }: StepWords, known: ReadonlySet<string>): boolean {
  return folders.size === 0 && commands.length > 0 && commands.every(({ name }) => name !== null && known.has(name));
}

/** What reads like a relative path is none where the command does the same in any folder. */
function namedPaths({ text, mentions, folders }: StepWords, cwd: string | null): readonly string[] {
  return [...mentions, ...folders].filter((path) => cwd !== null || text.includes(path));
}

function accountFiles({ user }: RunAction, words: readonly StepWords[]): readonly string[] {
  const isAsking = user !== "root" || words.some(({ names }) => [...names].some((name) => ACCOUNT_COMMANDS.has(name)));
  return isAsking ? ["/etc/passwd", "/etc/group"] : [];
}

/** The Steps of a timeline by their names. */
export function stepsByName({ steps }: Timeline): ReadonlyMap<string, TimedStep> {
  return new Map(steps.map((timed) => [timed.step.id, timed]));
}
