import { applyEdits } from "../../format/shell/aliases.ts";
import { readManagerCalls } from "./package-use.ts";
import type { ManagerCall, ManagerUse } from "./package-use.ts";

interface Edit {
  readonly pos: number;
  readonly end: number;
  readonly text: string;
}

/** A text whose package managers ask nothing and keep no cache, and what they are used for. */
export interface RewrittenPackages {
  readonly text: string;
  readonly uses: readonly ManagerUse[];
}

/** Makes package managers run alone: assume-yes, no questions, no cache. What is installed stays as it was typed. */
export function rewritePackages(text: string, keepsCaches: boolean): RewrittenPackages {
  const calls = readManagerCalls(text).filter(({ command }) => command.isInText);
  const edits = calls.flatMap((call) => editsOf(call, keepsCaches));
  return {
    text: applyEdits(text, edits),
    uses: calls.map(({ manager, program, verb }) => ({ manager, program, verb })),
  };
}

function editsOf(call: ManagerCall, keepsCaches: boolean): Edit[] {
  const { manager, verb, words } = call;
  const edits: Edit[] = [];
  const name = rename(manager.rename, call.program);
  const typedVerb = call.verbWord.value ?? "";
  const added: string[] = [];
  const yes = manager.yes[verb];
  if (verb === "install" || verb === "remove") {
    if (yes !== undefined && !words.some(({ value }) => manager.hasYes.test(value ?? ""))) added.push(yes);
    if (!keepsCaches && verb === "install" && manager.noCache !== null)
      if (!words.some(({ value }) => manager.hasNoCache.test(value ?? ""))) added.push(manager.noCache);
  }
  if (added.length > 0) edits.push(insertAt(call, added.join(" ")));
  const newVerb = rename(manager.renameVerbs, typedVerb);
  if (newVerb !== typedVerb && name !== call.program) edits.push({ ...rangeOf(call.verbWord), text: newVerb });
  const environment = environmentBefore(call);
  const isMoved = name !== call.program || environment !== null;
  if (isMoved) edits.push({ ...rangeOf(call.programWord), text: `${environment ?? ""}${programText(call, name)}` });
  return edits;
}

function rename(table: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(table, name) ? (table[name] ?? name) : name;
}

function rangeOf(word: { pos: number; end: number }): { pos: number; end: number } {
  return { pos: word.pos, end: word.end };
}

function programText(call: ManagerCall, name: string): string {
  return name === call.program ? call.programWord.text : name;
}

function insertAt(call: ManagerCall, text: string): Edit {
  const word = call.manager.isYesFirst ? call.programWord : call.verbWord;
  return { pos: word.end, end: word.end, text: ` ${text}` };
}

/** "DEBIAN_FRONTEND=noninteractive " in front of the program; behind a `sudo`, which would drop it, through `env`. */
function environmentBefore(call: ManagerCall): string | null {
  const { manager, verb, command } = call;
  if (manager.environment === null || (verb !== "install" && verb !== "remove")) return null;
  const name = manager.environment.split("=")[0] ?? "";
  const isSet =
    command.assignments.some((assignment) => assignment.name === name) || command.words.some(({ text }) => text.startsWith(`${name}=`));
  if (isSet) return null;
  const isFirst = command.words[0]?.pos === call.programWord.pos;
  return isFirst ? `${manager.environment} ` : `env ${manager.environment} `;
}
