import type { RunningStep } from "../../capture/shell/live-shell.ts";
import type { Shell, ShellState, ShellVariable, StateChange } from "../../history/model.ts";

type State = Pick<ShellState, "cwd" | "variables">;

/** The shells that a session's commands would have been typed in: commands of the same folder and variables share one. */
export class ShellBook {
  readonly first: Shell;
  readonly #keys = new Map<string, string>();
  readonly #shells = new Map<string, Shell>();

  readonly #nextKey: () => string;

  constructor(first: Shell, nextKey: () => string) {
    this.first = first;
    this.#nextKey = nextKey;
    this.#shells.set(first.key, first);
    this.#keys.set(nameOf(first.state), first.key);
  }

  /** The shell whose state this is; a new one where there was none. */
  find(state: State): { readonly shell: Shell; readonly isNew: boolean } {
    const known = this.#shells.get(this.#keys.get(nameOf(state)) ?? "");
    if (known !== undefined) return { shell: known, isNew: false };
    const shell = { ...this.first, key: this.#nextKey(), state: { ...this.first.state, ...state } };
    this.#shells.set(shell.key, shell);
    this.#keys.set(nameOf(state), shell.key);
    return { shell, isNew: true };
  }

  /** What a command changed in its shell, whose state is `after` from now on. */
  change(key: string, before: State, after: State | null): StateChange {
    if (after === null || nameOf(before) === nameOf(after)) return {};
    this.#leave(key, before);
    this.#keys.set(nameOf(after), key);
    const variables = changedVariables(before.variables, after.variables);
    return {
      ...(before.cwd === after.cwd ? {} : { cwd: after.cwd }),
      ...(Object.keys(variables).length === 0 ? {} : { variables }),
    };
  }

  /** Like `change`, of a command that leaves its shell with a umask that no other command finds: nothing more is typed there. */
  lastChange(key: string, before: State, { after, umask }: { readonly after: State | null; readonly umask: string }): StateChange {
    const change = this.change(key, before, after);
    this.#leave(key, after ?? before);
    return { ...change, umask };
  }

  #leave(key: string, state: State): void {
    if (this.#keys.get(nameOf(state)) === key) this.#keys.delete(nameOf(state));
  }
}

/** A command, and its shell before and after it; null: nothing told of it afterwards. */
export interface ShellChange {
  readonly step: Pick<RunningStep, "argv" | "ran" | "shell" | "umask">;
  readonly before: State;
  readonly after: State | null;
}

/** What a command changed in its shell. */
export function changeOf(shells: ShellBook, { step, before, after }: ShellChange): StateChange {
  const umask = step.argv === null ? umaskLeftBy(step.ran) : null;
  if (umask === null || umask === step.umask) return shells.change(step.shell, before, after);
  return shells.lastChange(step.shell, before, { after, umask });
}

/** The umask that a text leaves its shell with; null where it sets none. One that is told by letters or a variable counts as the closest. */
export function umaskLeftBy(text: string): string | null {
  const set = [...text.matchAll(/(?:^|[\s;&|({])umask[ \t]+([^\s;&|)}#-][^\s;&|)}]*)/gu)].at(-1)?.[1];
  if (set === undefined) return null;
  return /^[0-7]{1,4}$/.test(set) ? set.padStart(4, "0") : CLOSEST;
}

const CLOSEST = "0777";

function nameOf({ cwd, variables }: State): string {
  const sorted = Object.entries(variables).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([cwd, sorted.map(([name, { value }]) => [name, value])]);
}

function changedVariables(before: ShellState["variables"], after: ShellState["variables"]): Readonly<Record<string, ShellVariable | null>> {
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  const set = Object.entries(after).filter(([name, { value }]) => before[name]?.value !== value);
  return Object.fromEntries([...gone.map((name) => [name, null] as const), ...set]);
}
