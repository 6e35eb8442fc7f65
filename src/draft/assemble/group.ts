import { needsIndex } from "../rewrite/package-use.ts";
import type { RunAction, RunShell } from "../rewrite/action.ts";

/** A file of this many bytes that one RUN makes and a later one removes is worth keeping out of the layers. */
const WORTH_BYTES = 65_536;

/** For each action, the index of the last action that must stand in the same RUN. */
function lastTied(actions: readonly RunAction[]): number[] {
  const last = actions.map((_, index) => index);
  const words = new Map<string, number>();
  for (const [index, { together }] of actions.entries()) {
    if (together === null) continue;
    const first = words.get(together) ?? index;
    words.set(together, first);
    last[first] = index;
  }
  for (const { maker, remover } of removals(actions))
    if (actions.slice(maker, remover + 1).every(({ user }) => user === actions[maker]?.user))
      last[maker] = Math.max(last[maker] ?? maker, remover);
  return last;
}

/** What one action makes and a later one removes would stay in the layer of the first. */
function removals(actions: readonly RunAction[]): { maker: number; remover: number }[] {
  const makers = new Map<string, { index: number; size: number }>();
  const found: { maker: number; remover: number }[] = [];
  for (const [index, action] of actions.entries()) {
    const bytes = new Map<number, number>();
    for (const path of action.removed) {
      const maker = makers.get(path);
      if (maker === undefined) continue;
      makers.delete(path);
      bytes.set(maker.index, (bytes.get(maker.index) ?? 0) + maker.size);
    }
    for (const [maker, size] of bytes) if (size >= WORTH_BYTES) found.push({ maker, remover: index });
    for (const { path, size } of action.made) makers.set(path, { index, size });
  }
  return found;
}

/** A RUN's text is one argument of its shell; Linux takes 128 KiB. */
const LONGEST_TEXT = 60_000;

/** Splits consecutive actions into those of one RUN each: one user, one shell, and package managers apart from the rest. */
export function groupActions(actions: readonly RunAction[]): RunAction[][] {
  const last = lastTied(actions);
  const groups: RunAction[][] = [];
  let tied = -1;
  let length = 0;
  let kind = "";
  let shell: RunShell = "any";
  for (const [index, action] of actions.entries()) {
    const group = groups.at(-1);
    const fits: boolean = isShellFor(shell, action.shell) || shell === "any";
    const isSame: boolean =
      group !== undefined &&
      isAlike(group.at(-1), action) &&
      kind === kindOf(action) &&
      fits &&
      length + action.command.length < LONGEST_TEXT;
    const joins: boolean = group !== undefined && (index <= tied || isSame);
    if (group !== undefined && joins) group.push(action);
    else groups.push([action]);
    kind = joins && kind !== "" ? kind : kindOf(action);
    length = (joins ? length : 0) + action.command.length;
    shell = joins && shell !== "any" ? shell : action.shell;
    tied = Math.max(tied, last[index] ?? index);
  }
  return groups;
}

/** True when a RUN in `shell` does with the text for `needed` what was recorded. */
export function isShellFor(shell: RunShell, needed: RunShell): boolean {
  return needed === "any" || needed === shell;
}

/** The user that a RUN of these actions runs as; only what is tied together can differ, and only root can become others. */
export function userOfGroup(actions: readonly RunAction[]): string {
  const users = new Set(actions.map(({ user }) => user));
  const [only] = users;
  return users.size === 1 && only !== undefined ? only : "root";
}

/** The shell that a RUN of these actions runs in; only what is tied together can need several, then the first counts. */
export function shellOfGroup(actions: readonly RunAction[]): RunShell {
  const user = userOfGroup(actions);
  return actions.find((action) => action.user === user && action.shell !== "any")?.shell ?? "any";
}

function isAlike(last: RunAction | undefined, other: RunAction): boolean {
  return last?.user === other.user && last.isRepair === other.isRepair;
}

const INSTALLING_A_FILE = /(?:^|[\s;&|])dpkg\s+(?:-\S+\s+)*(?:-i|--install|--unpack)\s/;

/** The manager that an action installs with; cached apart from what people change more often. */
function kindOf(action: RunAction): string {
  return action.packages.find(needsIndex)?.manager.name ?? (INSTALLING_A_FILE.test(action.command) ? "apt" : "");
}
