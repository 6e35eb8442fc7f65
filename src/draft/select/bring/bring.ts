import { readCommands, readRedirections } from "../../../format/shell/commands.ts";
import type { ShellCommand } from "../../../format/shell/commands.ts";
import { usesLeftovers } from "../../../format/shell/leftovers.ts";
import type { PathChange } from "../../../format/tree/entry.ts";
import { ASKING, CONSOLES, EDITORS, NO_MAKERS, TEXT_WRITERS } from "../../tables/commands.ts";
import { isCommitting, isUnrepeatable, readsPassingVariable } from "../../tables/unrepeatable.ts";
import { isAccountDatabase } from "../../tables/volatile-paths.ts";
import { isCalling } from "../words/step-words.ts";
import { foregroundText } from "../service/background.ts";
import { baseName } from "../words/expand-word.ts";
import { isVolatile } from "../judge/matters.ts";
import type { Work } from "../judge/work.ts";

const MAY_ASK = new RegExp(
  `(?:^|[^\\w-])(?:${[...EDITORS, ...ASKING, ...CONSOLES, "cat", "tee", "crontab"].map((name) => name.replace(/[^\w-]/gu, "")).join("|")})`,
  "u",
);

/** How a living Step's results come about in the image. */
export interface Bringing {
  readonly fate: "run" | "carry";
  readonly why: string;
  /** The text to run instead of what was typed. */
  readonly text: string | null;
}

/** More files than this are not brought for one command whose text says how to make them. */
const MOST_WRITTEN = 12;

/** A RUN's text is one argument of its shell; Linux takes 128 KiB. */
const LONGEST_RUN = 100_000;

/** Decides whether a Step's text is run again or its results are carried. */
export function bringingOf(work: Work): Bringing {
  const { step } = work.timed;
  const run: Bringing = { fate: "run", why: "its text makes it again", text: null };
  if (step.kind === "outside") return bringOutside(work);
  if (work.hasPackages || work.changes.length === 0) return run;
  const carry = (why: string): Bringing => ({ fate: "carry", why, text: null });
  if (isLeaving(work) && isCarriable(work)) return carry("made when its shell ended; it is brought");
  const program = interactiveProgram(work);
  if (program !== null && isCarriable(work)) return carry(`what was typed into ${program} is not known; its files are brought instead`);
  if (isDocument(work) && isCarriable(work)) return carry("a text that is a file");
  if (step.ran.length > LONGEST_RUN && isCarriable(work)) return carry("its text is longer than a RUN can be; what it made is brought");
  if (usesLeftovers(step.ran) && isCarriable(work)) return carry("it used arguments or open files of its shell; what it made is brought");
  if (isFirstSeen(work) && isCarriable(work)) return carry("its text only sets what is there, so the file was made before; it is brought");
  if (isVisit(work) && isCarriable(work)) return carry("it asked a server that ran in the container; what it got is brought");
  if (isOnce(work) && isCarriable(work)) return carry("a build would not make the same again; it is brought");
  if (isCommit(work) && isCarriable(work)) return carry("git notes the time in what it commits; it is brought");
  if (step.interrupted && isCarriable(work)) return carry("it was interrupted; what it had made is brought instead");
  if (isServer(work) && isCarriable(work)) return carry("a server that does not end; what it had made is brought instead");
  const text = foregroundText(step);
  return text === null ? run : { ...run, why: `${run.why}, in the foreground`, text };
}

/** Changes that no recorded command made: packages are installed again, files are brought. */
function bringOutside(work: Work): Bringing {
  const { packages } = work.timed.step.effect;
  const added = packages.filter(({ after, automatic }) => after !== null && !automatic).map(({ name }) => name);
  const gone = packages.filter(({ after }) => after === null).map(({ name }) => name);
  if (packages[0]?.manager !== "apt" || added.length + gone.length === 0)
    return { fate: "carry", why: "it came from outside the recorded shells", text: null };
  const parts = [
    added.length > 0 ? `apt-get install -y ${added.join(" ")}` : "",
    gone.length > 0 ? `apt-get purge -y ${gone.join(" ")}` : "",
  ];
  return { fate: "run", why: "packages changed outside the recorded shells", text: parts.filter((part) => part !== "").join(" && ") };
}

/** The program that took its input from the terminal, or null. */
export function interactiveProgram(work: Work): string | null {
  const { timed } = work;
  if (!MAY_ASK.test(timed.step.ran) && !isCalling(work)) return null;
  const { commands } = work.words;
  for (const { name, words: typed, redirections } of commands) {
    const program = baseName(name ?? "");
    const rest = typed.slice(1).map(({ text }) => text);
    const isFed = redirections.some(({ operator }) => operator.startsWith("<")) || isPiped(timed.step.ran, program);
    if (EDITORS.has(program) && !isFed && !isBatchEditor(program, rest)) return program;
    if (ASKING.has(program) && !isFed) return program;
    if (program === "crontab" && (rest.includes("-e") || (rest.length === 0 && !isFed))) return "crontab";
    if (isFed || commands.length > 1) continue;
    if ((CONSOLES.has(program) || CONSOLES.has(program.replace(/[\d.]+$/u, ""))) && isConsole(program, rest)) return program;
    if ((program === "cat" || program === "tee") && !hasSource(program, rest)) return program;
  }
  return null;
}

/** The program stands behind a pipe. */
function isPiped(text: string, program: string): boolean {
  if (program === "" || !text.includes("|")) return false;
  return [...text.matchAll(/\|&?\s*(?:sudo\s+)?(\S+)/gu)].some(([, first = ""]) => first.includes(program));
}

/** `vim -es -c …`, `ed -s file < script` and the like do what their arguments say. */
function isBatchEditor(program: string, rest: readonly string[]): boolean {
  if (program === "emacs") return rest.some((word) => word.startsWith("--batch") || word === "-batch");
  return rest.some((word) => /^-(?:es|Es|s)$/u.test(word)) && rest.some((word) => word === "-c" || word.startsWith("+"));
}

function isConsole(program: string, rest: readonly string[]): boolean {
  if (/^(?:psql|mysql|mariadb)$/u.test(program))
    return !rest.some((word) => /^(?:-c|-e|-f|-l|--command|--execute|--file|--list|--version|-V)/u.test(word));
  if (program === "redis-cli") return rest.every((word, index) => word.startsWith("-") || /^-[hpanu]$/u.test(rest[index - 1] ?? ""));
  if (program === "sqlite3") return rest.filter((word) => !word.startsWith("-")).length < 2;
  return rest.every((word) => word === "-i" || word === "-q");
}

/** `cat > file` without a file to read takes the terminal's lines. */
function hasSource(program: string, rest: readonly string[]): boolean {
  return program === "cat" && rest.some((word) => !word.startsWith("-"));
}

/** A command that runs nothing sets variables. */
function isWriter({ name, words, isInSubstitution }: ShellCommand): boolean {
  return isInSubstitution || words.length === 0 || TEXT_WRITERS.has(name ?? "");
}

/** A here-document, or a text of several lines in quotes, whose commands only put it into files. */
function isDocument(work: Work): boolean {
  if (!/<<|\n/u.test(work.timed.step.ran)) return false;
  const { words, changes } = work;
  const isHere = words.commands.some(({ redirections }) => redirections.some(({ body }) => body !== null));
  const isQuoted = words.commands.some((command) => command.words.some(({ text }) => text.includes("\n")));
  return (isHere || isQuoted) && changes.length <= MOST_WRITTEN && words.commands.every(isWriter);
}

const OWN_ADDRESS = /^(?:[a-z]+:\/\/(?:[^\s/@]*@)?)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:\/|$)/u;

/** It fetched something from this very machine. */
function isVisit({ words }: Work): boolean {
  return words.commands.some(
    ({ name, words: typed }) =>
      /^(?:curl|wget|git|ftp|rsync|lynx|links|aria2c|http)$/u.test(name ?? "") && typed.some(({ value }) => OWN_ADDRESS.test(value ?? "")),
  );
}

function isCommit({ words, timed }: Work): boolean {
  const isDated = timed.before?.variables["GIT_COMMITTER_DATE"] !== undefined || words.text.includes("GIT_COMMITTER_DATE=");
  return !isDated && [...words.commands, ...words.commands.flatMap(givenTexts).flatMap(readCommands)].some(isCommitting);
}

/** It wrote down the time, chance or the state of the machine. */
function isOnce({ words, changes }: Work): boolean {
  if (changes.length > MOST_WRITTEN) return false;
  const given = words.commands.flatMap(givenTexts);
  const commands = [...words.commands, ...given.flatMap(readCommands)];
  const redirections = [words.text, ...given].flatMap(readRedirections);
  const isWriting =
    words.names.has("tee") ||
    commands.some(({ name }) => name === "tee") ||
    redirections.some(({ operator, target }) => operator.includes(">") && /^[^\d&-]/u.test(target?.text ?? ""));
  const isFed = redirections.some(({ target }) => /^\/dev\/u?random$/u.test(target?.text ?? ""));
  const isNamed = (command: ShellCommand): boolean =>
    command.isInSubstitution || command.words.some(({ text }) => /^(?:of=|-out$)/u.test(text));
  return (
    isFed ||
    (isWriting && [words.text, ...given].some(readsPassingVariable)) ||
    commands.some((command) => isUnrepeatable(command) && (isWriting || isNamed(command)))
  );
}

/** The text of `sh -c TEXT`, and of what stands in it. */
function givenTexts({ name, words }: ShellCommand): string[] {
  if (!/^(?:.*\/)?(?:ba|da|a|z|k)?sh$/u.test(name ?? "")) return [];
  const option = words.findIndex(({ text }) => /^-[a-z]*c$/u.test(text));
  const text = option < 0 ? null : (words[option + 1]?.value ?? null);
  return text === null ? [] : [text, ...readCommands(text).flatMap(givenTexts)];
}

/** What a shell does at its end (a trap, `~/.bash_logout`) was said before. */
function isLeaving({ words }: Work): boolean {
  return words.commands.length > 0 && words.commands.every(({ name }) => name === "exit" || name === "logout");
}

/** A file that its commands cannot have made was made just before and first seen now. */
function isFirstSeen({ words, changes }: Work): boolean {
  return (
    changes.some(({ kind, after }) => kind === "created" && after?.type === "file") &&
    words.commands.length > 0 &&
    words.commands.every(({ name, redirections }) => NO_MAKERS.has(name ?? "") && redirections.length === 0) &&
    readRedirections(words.text).every(({ operator }) => !operator.includes(">"))
  );
}

function isServer({ timed }: Work): boolean {
  const { processes } = timed.step.effect;
  return timed.step.background && processes.some(({ listening }) => listening.length > 0);
}

/** True when all that it made and that lasts can be brought as files. */
export function isCarriable({ changes }: Work): boolean {
  return changes.every((change) => isVolatile(change.path) || (isBroughtEasily(change) && !isAccountDatabase(change.path)));
}

function isBroughtEasily({ after, kept, package: owner }: PathChange): boolean {
  if (after === null || after.type === "directory" || after.type === "symlink") return true;
  return after.type === "file" && kept && owner === undefined && after.hardLink === undefined;
}
