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
    if (this.#keys.get(nameOf(before)) === key) this.#keys.delete(nameOf(before));
    this.#keys.set(nameOf(after), key);
    const variables = changedVariables(before.variables, after.variables);
    return {
      ...(before.cwd === after.cwd ? {} : { cwd: after.cwd }),
      ...(Object.keys(variables).length === 0 ? {} : { variables }),
    };
  }
}

function nameOf({ cwd, variables }: State): string {
  const sorted = Object.entries(variables).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([cwd, sorted.map(([name, { value }]) => [name, value])]);
}

function changedVariables(before: ShellState["variables"], after: ShellState["variables"]): Readonly<Record<string, ShellVariable | null>> {
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  const set = Object.entries(after).filter(([name, { value }]) => before[name]?.value !== value);
  return Object.fromEntries([...gone.map((name) => [name, null] as const), ...set]);
}
