import { chainLinks, joinableLines, readBody } from "../../format/shell/body.ts";
import { joinWords } from "../../format/shell/quote.ts";
import type { RunAction, RunShell } from "../rewrite/action.ts";
import { needsIndex } from "../rewrite/package-use.ts";
import { isShellFor } from "./group.ts";
import { afterAction, prepareState } from "./shell-state.ts";
import type { RunState } from "./shell-state.ts";

/** The commands of one RUN, in order; each stands for itself and all must succeed. */
export interface Script {
  readonly commands: readonly string[];
}

export interface ScriptOptions {
  /** Caches are mounted, so nothing needs cleaning. */
  readonly keepsCaches: boolean;
  /** Options that the shell is started with. */
  readonly startedWith: Readonly<Record<string, boolean>>;
  /** Whom the RUN runs as, and in what shell. */
  readonly user: string;
  readonly shell: RunShell;
}

/** The commands of a RUN that does these actions, from a shell in this state. */
export function writeScript(actions: readonly RunAction[], start: RunState, options: ScriptOptions): Script {
  const commands: string[] = [];
  let state: RunState = { ...start, options: { ...start.options, ...options.startedWith } };
  let index: IndexState = "none";
  const isAlone = actions.length === 1;
  for (const action of actions) {
    const refresh = refreshCommand(action, index);
    if (refresh !== null) commands.push(asUser(action, refresh));
    index = indexAfter(action, index, refresh !== null);
    if (action.user !== options.user || !isShellFor(options.shell, action.shell)) {
      commands.push(apart(action, state, options.user));
      continue;
    }
    const prepared = prepareState(state, action);
    const mounts = action.before.filter((command) => !(command.startsWith("export ") && commands.includes(command)));
    commands.push(...mounts, ...prepared.commands);
    const cleanup = isAlone ? cleanupCommands(actions, options) : [];
    const isOnly = isAlone && commands.length === 0 && cleanup.length === 0;
    commands.push(...writeCommand(action, isOnly));
    state = afterAction(prepared.state, action);
  }
  return { commands: [...commands, ...cleanupCommands(actions, options)] };
}

/** Whether this RUN has a package index, and whether something ran since that may have changed its sources. */
type IndexState = "none" | "fresh" | "older";

/** The index refresh that an install needs in its own layer; null where it has one. */
function refreshCommand(action: RunAction, index: IndexState): string | null {
  const first = action.packages.find(({ verb }) => verb !== "clean" && verb !== "remove");
  if (first === undefined || !needsIndex(first) || index === "fresh") return null;
  return index === "none" || action.isRefreshed ? first.manager.refresh : null;
}

function indexAfter(action: RunAction, index: IndexState, isRefreshed: boolean): IndexState {
  if (isRefreshed || action.packages.some(({ verb }) => verb === "refresh")) return "fresh";
  return action.packages.length === 0 && index === "fresh" ? "older" : index;
}

function cleanupCommands(actions: readonly RunAction[], options: ScriptOptions): string[] {
  if (options.keepsCaches) return [];
  const commands = actions.flatMap((action) =>
    action.packages
      .filter(({ verb }) => verb === "install" || verb === "refresh")
      .flatMap(({ manager, program }) => manager.cleanup.map((command) => asUser(action, command.replace("{program}", program)))),
  );
  return [...new Set(commands)];
}

/** A command of another user or shell than the RUN's: in a shell of its own, prepared as the command needs it. */
function apart(action: RunAction, state: RunState, runUser: string): string {
  const isOther = action.user !== runUser;
  const variables = new Map(state.variables);
  const set = (name: string, value: string): unknown => variables.set(name, { kind: "scalar", value, exported: true });
  set("HOME", action.home);
  if (isOther) for (const name of ["USER", "LOGNAME"]) set(name, action.user);
  const start = { ...state, variables, functions: {}, options: {} };
  const options = { keepsCaches: true, startedWith: {}, user: action.user, shell: action.shell };
  const script = scriptText(writeScript([action], start, options));
  const shell = `/bin/${action.shell === "any" ? "sh" : action.shell}`;
  return joinWords(isOther ? ["su", "-s", shell, action.user, "-c", script] : [shell, "-c", script]);
}

function asUser(action: RunAction, command: string): string {
  return action.user === "root" || !/\bsudo\b/.test(action.command) ? command : `sudo ${command}`;
}

/** An action's command as links of a chain of `&&`. */
function writeCommand(action: RunAction, isOnly: boolean): string[] {
  const body = readBody(action.command);
  const grouped = body.needsGroup && !isOnly ? group(body.text) : body.text;
  if (!action.canFail) return chainLinks(grouped);
  const tried = body.needsGroup && isOnly ? group(body.text) : grouped;
  return [isOnly ? `${tried} || true` : `{ ${tried} || true; }`];
}

function group(text: string): string {
  const body = readBody(text);
  if (body.hasHereDocument || joinableLines(text) === null) return `{ ${text}\n}`;
  return body.endsInBackground ? `{ ${text} }` : `{ ${text}; }`;
}

/** The script as lines for RUN's shell form, without what newlines mean; null where a newline is part of a word. */
export function scriptLines(script: Script): string[] | null {
  const lines: string[] = [];
  for (const [index, command] of script.commands.entries()) {
    const own = joinableLines(readBody(command).text);
    if (own === null) return null;
    const isLast = index === script.commands.length - 1;
    lines.push(...own.slice(0, -1), `${own.at(-1) ?? ""}${isLast ? "" : " &&"}`);
  }
  return lines;
}

/** The script as a text with newlines. */
export function scriptText(script: Script): string {
  return script.commands.join(" &&\n");
}
