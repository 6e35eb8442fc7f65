import { jsonWords } from "../../../format/dockerfile/words.ts";
import { maskText } from "../../../format/secret/mask-text.ts";
import { readGoWords, readHealthcheck } from "./go-words.ts";
import { printPairs } from "./pairs.ts";

/** One entry of a history as the parts of an instruction. */
interface EntryParts {
  readonly keyword: string;
  readonly text: string;
  readonly note: string;
}

const CLASSIC = /^(?:\S+ )+#\(nop\)\s+([A-Z]+)\s*([\s\S]*)$/;
const BUILDKIT_MARK = /\s+# buildkit\s*$/;
const KEYWORD =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s+([\s\S]*)$/;
const ARGUMENTS = /^\|(\d+)\s+/;
/** A shell with its options up to its `-c`, as Docker writes it before the command. */
const SHELL_PREFIX = /^((?:\/\S+\/)?(?:ba|da|a|k|z)?sh(?:\s+-\w+(?:\s+pipefail)?)*?\s+-\w*c)\s+([\s\S]*)$/;
const ANY_SHELL = /(?:^|\s)(?:\/\S+\/)?(?:ba|da|a|k|z)?sh\s+-/;
const DEFAULT_SHELL = ["/bin/sh", "-c"];

/**
 * Reads how a layer was made: the classic builder's `/bin/sh -c #(nop) CMD …` and `/bin/sh -c COMMAND`, BuildKit's `RUN … # buildkit`.
 * `shell` is the one that a SHELL instruction set before, null for none; `known` are the image's variables and labels.
 */
export function readEntry(createdBy: string, shell: readonly string[] | null, known: readonly string[] = []): EntryParts {
  const text = createdBy.trim();
  const classic = CLASSIC.exec(text);
  if (classic !== null) return readInstruction(classic[1] ?? "", (classic[2] ?? "").trim(), known);
  const modern = KEYWORD.exec(text.replace(BUILDKIT_MARK, ""));
  if (modern !== null) {
    const rest = (modern[2] ?? "").trim();
    return modern[1] === "RUN" ? readRun(rest, shell, known) : readInstruction(modern[1] ?? "", rest, known);
  }
  if (ARGUMENTS.test(text) || SHELL_PREFIX.test(text) || isWithShell(text, shell)) return readRun(text, shell, known);
  return { keyword: "#", text: maskText(text).text, note: "" };
}

function isWithShell(text: string, shell: readonly string[] | null): boolean {
  return shell !== null && text.startsWith(`${shell.join(" ")} `);
}

function readRun(text: string, shell: readonly string[] | null, known: readonly string[]): EntryParts {
  const prefix = `${(shell ?? DEFAULT_SHELL).join(" ")} `;
  const { rest, names } = withoutArguments(text, prefix, known);
  const built = names.length === 0 ? "" : `built with ${names.join(", ")}`;
  const match = rest.startsWith(prefix) ? null : SHELL_PREFIX.exec(rest);
  const command = rest.startsWith(prefix) ? rest.slice(prefix.length) : (match?.[2] ?? rest);
  const other = match === null ? "" : `shell: ${match[1] ?? ""}`;
  const bare = command === rest ? "without a shell; the history does not tell where its words end" : "";
  const note = [built, other, bare].filter((one) => one !== "").join("; ");
  return { keyword: "RUN", text: maskText(command.trim()).text, note };
}

interface BareRun {
  readonly rest: string;
  readonly names: readonly string[];
}

/** "|2 A=1 B=2 /bin/sh -c make": the build arguments that a RUN saw stand before its shell. */
function withoutArguments(text: string, prefix: string, known: readonly string[]): BareRun {
  const count = ARGUMENTS.exec(text);
  if (count === null) return { rest: text, names: [] };
  const after = text.slice(count[0].length);
  const pairs = [...after.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g)].slice(0, Number(count[1]));
  const names = pairs.map((match) => match[1] ?? "");
  const last = after.slice(pairs.at(-1)?.index ?? 0).trimStart();
  // A value may hold spaces: the shell ends the list; where there is none a known value does, else the first space.
  const own = last.indexOf(` ${prefix}`);
  const end = own >= 0 ? own : last.search(ANY_SHELL);
  if (end >= 0) return { rest: last.slice(end).trim(), names };
  const pair = known.find((one) => last.startsWith(`${one} `)) ?? /^\S*/.exec(last)?.[0] ?? "";
  return { rest: last.slice(pair.length).trim(), names };
}

function readInstruction(keyword: string, text: string, known: readonly string[]): EntryParts {
  switch (keyword) {
    case "CMD":
    case "ENTRYPOINT":
      return { keyword, text: maskText(wordsText(text)).text, note: "" };
    case "SHELL":
      return { keyword, text: shellText(text), note: "" };
    case "COPY":
    case "ADD":
      return readCopy(keyword, text);
    case "ENV":
    case "LABEL":
    case "ARG":
      return { keyword, text: printPairs(text, known), note: "" };
    case "EXPOSE":
      return { keyword, text: text.startsWith("map[") ? mapKeys(text) : text, note: "" };
    case "VOLUME":
      return { keyword, text: /^\[[^"]*\]$/.test(text) ? jsonWords(text.slice(1, -1).split(/ (?=\/)/)) : text, note: "" };
    case "HEALTHCHECK":
      return { keyword, text: maskText(readHealthcheck(text)).text, note: "" };
    default:
      return { keyword, text: maskText(text).text, note: "" };
  }
}

/** `["a" "b c"]` and `&{["a" "b c"]}` as JSON words; anything else as it stands. */
function wordsText(text: string): string {
  const words = readGoWords(text);
  return words === null ? text : jsonWords(words);
}

/** "[/bin/bash -o pipefail -c]", as both builders write a SHELL, as JSON words. */
function shellText(text: string): string {
  return /^\[[^"]*\]$/.test(text) ? jsonWords(text.slice(1, -1).split(" ")) : wordsText(text);
}

/** "map[80/tcp:{} 443/tcp:{}]" as "80/tcp 443/tcp". */
function mapKeys(text: string): string {
  return Array.from(text.matchAll(/([\w/.-]+):\{\}/g), (match) => match[1] ?? "").join(" ");
}

const SOURCES: Readonly<Record<string, string>> = { file: "FILE", dir: "FOLDER", multi: "FILES" };

/** The classic builder names sources by hash only: "--chown=app file:ab… in /x". */
function readCopy(keyword: string, text: string): EntryParts {
  const match = /^((?:--\S+\s+)*)(--chown=[\w:-]+?(?=(?:dir|file|multi):))?((?:dir|file|multi):[0-9a-f]+)\s+in\s+(.*)$/.exec(text);
  if (match === null) return { keyword, text, note: "" };
  const flags = `${match[1] ?? ""}${match[2] === undefined ? "" : `${match[2]} `}`;
  const [kind = "", hash = ""] = (match[3] ?? "").split(":");
  const source = SOURCES[kind] ?? "FILES";
  return {
    keyword,
    text: `${flags}${source} ${(match[4] ?? "").trim()}`,
    note: `the history knows of the source only ${kind}:${hash.slice(0, 12)}`,
  };
}
