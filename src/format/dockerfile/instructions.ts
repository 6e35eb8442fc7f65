import { DockerfileParser } from "dockerfile-ast";
import { encodePath } from "../tree/path-bytes.ts";
import { isWritableValue, jsonWords, quoteValue } from "./words.ts";

/** ENV or LABEL with its pairs, one per line when they are many. Values must be writable; `raw` ones are taken as they are. */
export function printPairs(
  name: "ENV" | "LABEL",
  pairs: readonly { readonly key: string; readonly value: string; readonly isRaw?: boolean }[],
): string {
  const words = pairs.map(({ key, value, isRaw }) => {
    if (!isWritableValue(value)) throw new RangeError(`${name} ${key} holds a newline`);
    return `${quoteValue(key)}=${isRaw === true ? value : quoteValue(value)}`;
  });
  return `${name} ${words.join(words.join(" ").length > 100 ? " \\\n    " : " ")}`;
}

/** COPY of paths to one destination, with one option ("--chown=1:2"). Sources must hold nothing that a builder would expand. */
export function printCopy(sources: readonly string[], destination: string, option: string | null): string {
  const flag = option === null ? "" : ` ${option}`;
  const words = [...sources, destination];
  const isPlain = words.every((word) => /^[A-Za-z0-9_@%+=:,./~-]+$/.test(word));
  if (!isPlain) return `COPY${flag} ${jsonWords(words.map(escapeWord))}`;
  const line = `COPY${flag} ${words.join(" ")}`;
  return line.length > 100 && sources.length > 1 ? `COPY${flag} ${words.join(" \\\n    ")}` : line;
}

/** ADD of an archive of the context, which the builder unpacks below the destination. */
export function printAdd(archive: string, destination: string): string {
  return printCopy([archive], destination, null).replace(/^COPY/, "ADD");
}

/** The builders expand variables and quotes in the words of COPY and WORKDIR, in JSON form too. */
function escapeWord(word: string): string {
  return word.replace(/[\\$"']/g, "\\$&");
}

/** A name for a file of the context that no builder reads as a pattern, a variable or an option. */
export function contextName(name: string): string {
  return name.replace(/[^\p{L}\p{N}_@%+=:,. ~-]|^-|^ | $/gu, (char) =>
    [...encodePath(char)].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join(""),
  );
}

/** The words after an instruction's name, for WORKDIR and USER. */
export function printWord(name: "WORKDIR" | "USER" | "STOPSIGNAL", word: string): string {
  const isPlain = /^[A-Za-z0-9_@%+=:,./~-]+$/.test(word);
  return `${name} ${isPlain || name === "WORKDIR" ? escapeWord(word) : quoteValue(word)}`;
}

/** CMD, ENTRYPOINT or SHELL in exec form. */
export function printExec(name: "CMD" | "ENTRYPOINT" | "SHELL", words: readonly string[]): string {
  return `${name} ${jsonWords(words)}`;
}

/** An instruction as a reader of Dockerfiles sees it, with its first and last line from 1. */
export interface ReadInstruction {
  readonly name: string;
  readonly text: string;
  readonly line: number;
  readonly lastLine: number;
}

/** The instructions of a Dockerfile in their order. */
export function readInstructions(dockerfile: string): ReadInstruction[] {
  return DockerfileParser.parse(dockerfile)
    .getInstructions()
    .map((instruction) => ({
      name: instruction.getKeyword(),
      text: instruction.getTextContent(),
      line: instruction.getRange().start.line + 1,
      lastLine: instruction.getRange().end.line + 1,
    }));
}

/** Lines of a `.dockerignore` that keep everything but these files and folders of the context. */
export function printIgnore(kept: readonly string[]): string {
  return ["*", ...kept.map((path) => `!${path}`)].join("\n") + "\n";
}
