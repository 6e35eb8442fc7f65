import { CommanderError } from "commander";
import { CooperError, isCooperError, messageOf } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import { errorCode } from "../system/file/files.ts";
import { escapeLines } from "../terminal/escape-text.ts";
import type { Style } from "../terminal/style.ts";

interface Circumstances {
  readonly verb: string;
  readonly isInterrupted: boolean;
}

/** Verbs that pass on the exit code of the user's own command. */
const PASSING_VERBS: readonly string[] = ["record", "exec", "enter", "dev exec", "dev shell"];
/** Of these all codes but the last three are the command's own. */
const BARE_VERBS: readonly string[] = ["dev exec"];
const OWN_CODES: readonly number[] = [EXIT.usage, EXIT.notExecutable, EXIT.notFound, EXIT.interrupted];

const FULL: readonly string[] = ["ENOSPC", "EDQUOT"];

/** A disk that is full can be met by every write; all else as it is. */
export function knownError(error: unknown): unknown {
  if (isCooperError(error) || !FULL.includes(errorCode(error))) return error;
  return new CooperError("disk-full", `A disk is full: ${messageOf(error)}`, {
    hint: "Make room where cooper keeps its state (`state` of the host file, else ~/.local/state/cooper) and in TMPDIR, then run it again:\nwhat was begun is brought to an end.",
    exit: EXIT.incomplete,
    cause: error,
  });
}

/** The process's exit code for what a verb threw. */
export function exitCodeOf(error: unknown, { verb, isInterrupted }: Circumstances): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  if (isInterrupted) {
    return EXIT.interrupted;
  }
  const code = isCooperError(error) ? error.exit : EXIT.incomplete;
  if (BARE_VERBS.includes(verb) && code === EXIT.usage) return EXIT.cooperFailed;
  return PASSING_VERBS.includes(verb) && !OWN_CODES.includes(code) ? EXIT.cooperFailed : code;
}

function renderPlace(error: unknown): string {
  const where = isCooperError(error) ? error.where : undefined;
  if (where?.file === undefined) {
    return "";
  }
  if (where.line === undefined && messageOf(error).includes(where.file)) return "";
  return [where.file, where.line, where.column].filter((part) => part !== undefined).join(":") + ": ";
}

/** What a person reads of an error: what, what to do next, and the page that explains it. */
export function renderError(thrown: unknown, style: Style, isInterrupted: boolean): string {
  const error = knownError(thrown);
  if (error instanceof CommanderError) {
    return "";
  }
  if (isInterrupted) {
    return `cooper: interrupted; all that was made for this is cleaned up\n`;
  }
  const head = `${style.red("cooper:")} ${escapeLines(renderPlace(error) + messageOf(error))}\n`;
  if (!isCooperError(error)) {
    return `${head}  This is a mistake in cooper. Please report it with these lines:\n${escapeLines(stackOf(error))}\n`;
  }
  const hint = error.hint === undefined ? "" : `${escapeLines(error.hint).replace(/^/gmu, "  ")}\n`;
  return `${head}${hint}${style.dim(`  (docs/findings/${error.code}.md)`)}\n`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? "") : "";
}
