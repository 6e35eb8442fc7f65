import type { DebconfAnswer } from "./change.ts";
import { parseStanzas } from "./dpkg.ts";

/** What is put in the place of a password. */
export const MASKED = "***";

export interface DebconfQuestion {
  readonly answer: DebconfAnswer;
  /** The person was asked (or the answer was set for them). */
  readonly isSeen: boolean;
}

/** Debconf's files as texts, "" where there is none. */
export interface DebconfTexts {
  /** `/var/cache/debconf/config.dat` */
  readonly config: string;
  /** `/var/cache/debconf/templates.dat`: it knows the types. */
  readonly templates: string;
  /** `/var/cache/debconf/passwords.dat`: its values are never taken out, only that they are there. */
  readonly passwords: string;
}

/** The questions of debconf's data base by name; the values of passwords are masked. */
export function parseDebconf(texts: DebconfTexts): ReadonlyMap<string, DebconfQuestion> {
  const types = parseTypes(texts.templates);
  const questions = new Map<string, DebconfQuestion>();
  for (const isSecret of [false, true]) {
    for (const fields of parseStanzas(isSecret ? texts.passwords : texts.config)) {
      const question = questionOf(fields, { types, isSecret });
      if (question !== null) questions.set(question.answer.question, question);
    }
  }
  return questions;
}

function parseTypes(templates: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const fields of parseStanzas(templates)) {
    const name = fields.get("Name");
    const type = fields.get("Type");
    if (name !== undefined && type !== undefined) types.set(name, type);
  }
  return types;
}

interface QuestionContext {
  readonly types: ReadonlyMap<string, string>;
  readonly isSecret: boolean;
}

function questionOf(fields: ReadonlyMap<string, string>, context: QuestionContext): DebconfQuestion | null {
  const question = fields.get("Name");
  if (question === undefined) return null;
  const type = context.types.get(fields.get("Template") ?? question) ?? (context.isSecret ? "password" : "string");
  const value = fields.get("Value") ?? "";
  const isMasked = (context.isSecret || type === "password") && value !== "";
  const owner = fields.get("Owners")?.split(",")[0]?.trim() ?? "debconf";
  return {
    answer: { package: owner, question, type, value: isMasked ? MASKED : value },
    isSeen: /\bseen\b/.test(fields.get("Flags") ?? ""),
  };
}

const WITHOUT_ANSWER: ReadonlySet<string> = new Set(["note", "error", "title", "text"]);

/** The answers that were given between two states: newly seen, or seen with another value. What packages set by themselves is not seen. */
export function diffDebconf(before: ReadonlyMap<string, DebconfQuestion>, after: ReadonlyMap<string, DebconfQuestion>): DebconfAnswer[] {
  const answers: DebconfAnswer[] = [];
  for (const [name, { answer, isSeen }] of after) {
    if (WITHOUT_ANSWER.has(answer.type)) continue;
    const old = before.get(name);
    const isNews = old?.isSeen !== true || old.answer.value !== answer.value;
    if (isSeen && isNews) answers.push(answer);
  }
  return answers.sort((a, b) => (a.question < b.question ? -1 : 1));
}
