import type { ShellState, ShellVariable, StateChange } from "./model.ts";

/** The state after a Step, from the state before it. */
export function applyChange(state: ShellState, change: StateChange): ShellState {
  if (Object.keys(change).length === 0) return state;
  const after = {
    cwd: change.cwd ?? state.cwd,
    umask: change.umask ?? state.umask,
    variables: applyEntries(state.variables, change.variables),
    functions: applyEntries(state.functions, change.functions),
    aliases: applyEntries(state.aliases, change.aliases),
    options: applyOptions(state.options, change.options),
  };
  return isSameState(state, after) ? state : after;
}

/** A part that did not change is the same object. */
function isSameState(one: ShellState, other: ShellState): boolean {
  const isAlike = one.cwd === other.cwd && one.umask === other.umask && one.options === other.options;
  return isAlike && one.variables === other.variables && one.functions === other.functions && one.aliases === other.aliases;
}

function applyEntries<T>(
  entries: Readonly<Record<string, T>>,
  change: Readonly<Record<string, T | null>> | undefined,
): Readonly<Record<string, T>> {
  if (change === undefined || isNoChange(entries, change)) return entries;
  const result = new Map(Object.entries(entries));
  for (const [name, value] of Object.entries(change)) {
    if (value === null) result.delete(name);
    else result.set(name, value);
  }
  return Object.fromEntries(result);
}

function isNoChange(entries: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(change).every(([name, value]) => {
    const isThere = Object.hasOwn(entries, name);
    return value === null ? !isThere : isThere && (entries[name] === value || JSON.stringify(entries[name]) === JSON.stringify(value));
  });
}

function applyOptions(options: readonly string[], change: Readonly<Record<string, boolean>> | undefined): readonly string[] {
  if (change === undefined || Object.entries(change).every(([name, on]) => options.includes(name) === on)) return options;
  const isOn = new Set(options);
  for (const [name, on] of Object.entries(change)) {
    if (on) isOn.add(name);
    else isOn.delete(name);
  }
  return [...isOn].toSorted();
}

/** What must be applied to `before` to have `after`; parts that are equal are absent. */
export function diffState(before: ShellState, after: ShellState): StateChange {
  const variables = diffEntries(before.variables, after.variables, isSameVariable);
  const functions = diffEntries(before.functions, after.functions, Object.is);
  const aliases = diffEntries(before.aliases, after.aliases, Object.is);
  const options = diffOptions(before.options, after.options);
  return {
    ...(before.cwd === after.cwd ? {} : { cwd: after.cwd }),
    ...(before.umask === after.umask ? {} : { umask: after.umask }),
    ...(variables === null ? {} : { variables }),
    ...(functions === null ? {} : { functions }),
    ...(aliases === null ? {} : { aliases }),
    ...(options === null ? {} : { options }),
  };
}

function diffEntries<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  isSame: (a: T, b: T) => boolean,
): Readonly<Record<string, T | null>> | null {
  const old = new Map(Object.entries(before));
  const changed = new Map<string, T | null>();
  for (const [name, value] of Object.entries(after)) {
    const was = old.get(name);
    if (was === undefined || !isSame(was, value)) changed.set(name, value);
    old.delete(name);
  }
  for (const name of old.keys()) changed.set(name, null);
  return changed.size === 0 ? null : Object.fromEntries([...changed].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function diffOptions(before: readonly string[], after: readonly string[]): Readonly<Record<string, boolean>> | null {
  const added = after.filter((name) => !before.includes(name)).map((name) => [name, true] as const);
  const removed = before.filter((name) => !after.includes(name)).map((name) => [name, false] as const);
  return added.length + removed.length === 0 ? null : Object.fromEntries([...added, ...removed]);
}

function isSameVariable(a: ShellVariable, b: ShellVariable): boolean {
  return a.kind === b.kind && a.exported === b.exported && isSameValue(a.value, b.value);
}

function isSameValue(a: ShellVariable["value"], b: ShellVariable["value"]): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.length === b.length && a.every(([key, value], index) => key === b[index]?.[0] && value === b[index]?.[1]);
}
