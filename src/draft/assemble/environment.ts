import { readCommands } from "../../format/shell/commands.ts";
import { isSecretName } from "../../format/secret/secret-name.ts";
import { isWritableValue } from "../../format/dockerfile/words.ts";
import type { ShellState } from "../../history/model.ts";
import type { DraftInput, Service, Timeline } from "../model.ts";
import { baseName, expandWord } from "../select/words/expand-word.ts";
import { isLastingVariable, isSamePath, tidyPath } from "../rewrite/shell-variables.ts";

/** What Docker gives a container whose image sets no PATH. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The environment that the base image gives every RUN. */
export function baseEnvironment(input: DraftInput): Map<string, string> {
  const environment = new Map([["PATH", DEFAULT_PATH]]);
  for (const pair of input.history.container.imageConfig.env) {
    const at = pair.indexOf("=");
    if (at > 0) environment.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return environment;
}

/** The variables that the image must set: exported at the end of the last Session, or where the service was started. */
export function lastingVariables(input: DraftInput, timeline: Timeline, service: Service): Map<string, string> {
  const states = [finalState(input, timeline), ...serviceStates(timeline, service)];
  const base = baseEnvironment(input);
  const lasting = new Map<string, string>();
  const typed = typedExports(timeline);
  for (const state of states)
    for (const [name, variable] of Object.entries(state?.variables ?? {})) {
      const { value, exported } = variable;
      if (!exported || typeof value !== "string" || !typed.has(name)) continue;
      if (isKept(name, value) && !isSameValue(name, value, base.get(name)) && !lasting.has(name))
        lasting.set(name, name === "PATH" ? tidyPath(value) : value);
    }
  for (const [name, value] of givenVariables(timeline, service)) if (isKept(name, value)) lasting.set(name, value);
  return new Map([...lasting].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isKept(name: string, value: string): boolean {
  const isSecret = isSecretName(name) || value.includes("***");
  return isLastingVariable(name) && isWritableValue(value) && !isSecret;
}

function isSameValue(name: string, value: string, base: string | undefined): boolean {
  return value === base || (name === "PATH" && base !== undefined && isSamePath(value, base));
}

/** Names that a Step exported: what a shell's start files set is set again by the shell of tomorrow. */
function typedExports(timeline: Timeline): Set<string> {
  const names = timeline.steps.flatMap(({ step }) =>
    Object.entries(step.change.variables ?? {})
      .filter(([, variable]) => variable?.exported === true)
      .map(([name]) => name),
  );
  return new Set(names);
}

/** The state that the last command left which no shell inside of another one ran, of the user that the last Session began with. */
function finalState(input: DraftInput, timeline: Timeline): ShellState | null {
  const last = input.history.sessions.at(-1);
  const first = Object.values(last?.shells ?? {}).find(({ parent }) => parent === null);
  if (last === undefined || first === undefined) return null;
  const isOuter = (key: string): boolean => last.shells[key]?.parent === null && last.shells[key]?.identity.user === first.identity.user;
  const ids = new Set(last.steps.filter(({ shell }) => isOuter(shell)).map(({ id }) => id));
  return timeline.steps.findLast(({ step }) => ids.has(step.id))?.after ?? first.state;
}

/** What was given to the service alone: `PORT=80 node server.js`. */
function givenVariables({ steps }: Timeline, service: Service): [string, string][] {
  const ids = new Set(service.steps);
  const programs = new Set(service.cmd?.map(baseName));
  return steps
    .filter(({ step }) => ids.has(step.id))
    .flatMap(({ step, before }) =>
      readCommands(step.ran)
        .filter(({ words }) => words.some(({ text }) => programs.has(baseName(text))))
        .flatMap(({ assignments }) => assignments.map(({ text }) => expandWord(text, before, step.identity.home)))
        .flatMap(({ value, isPartial }) => pairOf(isPartial ? "" : value)),
    );
}

function pairOf(text: string): [string, string][] {
  const match = /^([A-Za-z_]\w*)=(.*)$/su.exec(text);
  return match === null ? [] : [[match[1] ?? "", match[2] ?? ""]];
}

function serviceStates(timeline: Timeline, service: Service): (ShellState | null)[] {
  const ids = new Set(service.steps);
  return timeline.steps.filter(({ step }) => ids.has(step.id)).map(({ before }) => before);
}

/** A value for ENV; PATH is written by what it adds where it only adds. */
export function environmentPair(name: string, value: string, present: string | undefined): { key: string; value: string; isRaw: boolean } {
  if (name !== "PATH" || present === undefined) return { key: name, value, isRaw: false };
  const [before, after, ...more] = value.split(present);
  const added = [before ?? "", after ?? ""];
  const isAdding = more.length === 0 && after !== undefined;
  const isPlain = added.every((part) => /^[A-Za-z0-9_@%+=:,./~-]*$/.test(part));
  if (!isAdding || !isPlain) return { key: name, value, isRaw: false };
  return { key: name, value: added.join("$PATH"), isRaw: true };
}
