import type { LeftProcess } from "../../format/proc/left-process.ts";
import { readWords } from "../select/words/step-words.ts";
import { NO_SERVERS, RUNNING_VERBS } from "../tables/servers.ts";
import type { ServiceRow } from "../tables/services/service-row.ts";
import type { TimedStep, Timeline } from "../model.ts";
import { startedScripts, stoppedScripts, typedWords } from "./init-scripts.ts";
import { programName, rowOfProcess, rowOfProgram, rowOfScript } from "./service-row.ts";

/** One time that a server was started. */
export interface Launch {
  /** Index of the Step in the Timeline. */
  readonly at: number;
  readonly timed: TimedStep;
  readonly row: ServiceRow | null;
  /** The command as typed, where it was typed; of the process, where only that is known; null for an init script. */
  readonly argv: readonly string[] | null;
  readonly processes: readonly LeftProcess[];
  /** It ran until the end of the recording. */
  readonly isRunning: boolean;
}

/** Every server that the Steps started, in their order. */
export function findLaunches(timeline: Timeline): Launch[] {
  const launched = new Set<number>();
  return timeline.steps.flatMap((timed, at) => {
    const starts = launchesOf(timed).filter((start) => !isKnown(start, launched));
    for (const pid of timed.step.effect.ended) launched.delete(pid);
    for (const { processes } of starts) for (const { pid } of processes) launched.add(pid);
    return starts.map((start) => ({ ...start, at, timed, isRunning: isRunning(start, at, timeline) }));
  });
}

/** Not started now: it, or what started it, was launched by an earlier Step (new workers after a reload). */
function isKnown({ script, processes }: Start, launched: ReadonlySet<number>): boolean {
  return script === null && processes.length > 0 && processes.every(({ pid, parent }) => launched.has(pid) || launched.has(parent));
}

interface Start {
  readonly row: ServiceRow | null;
  readonly script: string | null;
  readonly argv: readonly string[] | null;
  readonly processes: readonly LeftProcess[];
}

function launchesOf(timed: TimedStep): Start[] {
  const { processes } = timed.step.effect;
  const isWaiting = timed.step.interrupted || timed.step.background;
  if (processes.length === 0 && !isWaiting && !/start/u.test(timed.step.ran)) return [];
  const { commands } = readWords(timed);
  const scripts = commands.flatMap((command) => startedScripts(typedWords(command, timed)));
  const starts = scripts.map((script) => scriptStart(script, processes));
  const typed = commands
    .filter(({ isInFunction, isInSubstitution }) => !isInFunction && !isInSubstitution)
    .map((command) => typedWords(command, timed));
  const rowed = processes.flatMap((left) => rowOfProcess(left.argv) ?? []);
  const rows = [...new Set(rowed)].filter((row) => starts.every((start) => start.row !== row));
  if (rows.length > 0 || starts.length > 0) {
    const others = rows.map((row) => ({
      row,
      script: null,
      argv: typed.findLast((words) => rowOfProgram(words[0] ?? "") === row && !isCheck(words)) ?? null,
      processes: processes.filter((left) => rowOfProcess(left.argv) === row),
    }));
    return [...starts, ...others];
  }
  const isLoop = timed.step.interrupted && /\b(?:for|while|until)\b/u.test(timed.step.ran);
  const own = isWaiting && !isLoop ? typed.findLast((words) => isServer(words)) : undefined;
  if (own !== undefined) return [{ row: rowOfProgram(own[0] ?? ""), script: null, argv: own, processes }];
  const main = processes.find(({ listening }) => listening.length > 0);
  return main === undefined ? [] : [{ row: null, script: null, argv: main.argv, processes }];
}

function scriptStart(script: string, processes: readonly LeftProcess[]): Start {
  const row = rowOfScript(script);
  const own = processes.filter((left) => row !== null && rowOfProcess(left.argv) === row);
  const main = row === null ? (processes.find(({ listening }) => listening.length > 0) ?? processes[0]) : own[0];
  const argv = row === null || row.isSetByArguments === true ? (main?.argv ?? null) : null;
  const unknown = processes.filter((left) => rowOfProcess(left.argv) === null);
  return { row, script, argv, processes: own.length > 0 ? own : unknown };
}

/** `nginx -t`, `nginx -s reload`, `httpd -V`: says something or signals a server, and ends. */
function isCheck([, ...words]: readonly string[]): boolean {
  return words.some((word, index) => {
    const next = words[index + 1] ?? "";
    if (word === "-s") return /^(?:reload|stop|quit|reopen)$/u.test(next);
    return /^-(?:t|T|tt)$/u.test(word)
      ? !/^\d/u.test(next)
      : /^(?:-[vV]|--(?:test|version|help|check)|configtest|graceful|stop|status)$/u.test(word);
  });
}

function isServer(argv: readonly string[]): boolean {
  const name = programName(argv[0] ?? "").replace(/^-/u, "");
  const script = argv.slice(1).find((word) => !word.startsWith("-"));
  if (/^(?:ba|da|z|a)?sh$/u.test(name)) return script !== undefined && !argv.some((word) => /^-\w*c$/u.test(word));
  if (RUNNING_VERBS.has(argv[1] ?? "") && /^(?:npm|yarn|pnpm|npx|bun|deno|go|cargo|bundle|poetry|make|uv)$/u.test(name)) return true;
  return name !== "" && !NO_SERVERS.has(name) && !/^(?:for|while|until|\(|\{)$/u.test(name);
}

/** It was not stopped by name, its processes did not end, and nobody waited for its end with ^C. */
function isRunning(start: Start, at: number, { steps }: Timeline): boolean {
  if (steps[at]?.step.interrupted === true) return false;
  const pids = start.processes.map(({ pid }) => pid);
  const later = steps.slice(at + 1);
  const ended = new Set(later.flatMap(({ step }) => step.effect.ended));
  if (pids.length > 0) return pids.some((pid) => !ended.has(pid)) && !isStopped(start, later);
  return start.script !== null && !isStopped(start, later);
}

function isStopped({ script, row }: Start, later: readonly TimedStep[]): boolean {
  return later.some((timed) => {
    if (!timed.step.ran.includes("stop")) return false;
    const stopped = readWords(timed).commands.flatMap((command) => stoppedScripts(typedWords(command, timed)));
    return stopped.some((name) => name === script || (row !== null && rowOfScript(name) === row));
  });
}
