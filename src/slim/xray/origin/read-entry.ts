import { jsonWords } from "../../../format/dockerfile/words.ts";
import { maskText } from "../../../format/secret/mask-text.ts";
import { readGoWords, readHealthcheck } from "./go-words.ts";
import { maskPairs } from "./mask-pairs.ts";

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
const DEFAULT_SHELL = ["/bin/sh", "-c"];

/**
 * Reads how a layer was made: the classic builder's `/bin/sh -c #(nop) CMD …` and `/bin/sh -c COMMAND`, BuildKit's `RUN … # buildkit`.
 * `shell` is the one that a SHELL instruction set before, null for none.
 */
export function readEntry(createdBy: string, shell: readonly string[] | null): EntryParts {
  const text = createdBy.trim();
  const classic = CLASSIC.exec(text);
  if (classic !== null) return readInstruction(classic[1] ?? "", (classic[2] ?? "").trim());
  const modern = KEYWORD.exec(text.replace(BUILDKIT_MARK, ""));
  if (modern !== null) {
    const rest = (modern[2] ?? "").trim();
    return modern[1] === "RUN" ? readRun(rest, shell) : readInstruction(modern[1] ?? "", rest);
  }
  if (ARGUMENTS.test(text) || SHELL_PREFIX.test(text) || isWithShell(text, shell)) return readRun(text, shell);
  return { keyword: "#", text: maskText(text).text, note: "" };
}

function isWithShell(text: string, shell: readonly string[] | null): boolean {
  return shell !== null && text.startsWith(`${shell.join(" ")} `);
}

function readRun(text: string, shell: readonly string[] | null): EntryParts {
  const { rest, names } = withoutArguments(text);
  const note = names.length === 0 ? "" : `built with ${names.join(", ")}`;
  const prefix = (shell ?? DEFAULT_SHELL).join(" ");
  if (rest.startsWith(`${prefix} `)) return { keyword: "RUN", text: maskText(rest.slice(prefix.length + 1).trim()).text, note };
  const match = SHELL_PREFIX.exec(rest);
  if (match === null) return { keyword: "RUN", text: maskText(rest).text, note };
  const other = [note, `shell: ${match[1] ?? ""}`].filter((one) => one !== "").join("; ");
  return { keyword: "RUN", text: maskText((match[2] ?? "").trim()).text, note: other };
}

/** "|2 A=1 B=2 /bin/sh -c make": the build arguments that a RUN saw stand before its shell. */
function withoutArguments(text: string): { readonly rest: string; readonly names: readonly string[] } {
  const count = ARGUMENTS.exec(text);
  if (count === null) return { rest: text, names: [] };
  const after = text.slice(count[0].length);
  // A value may hold spaces: the shell, which all but exec form has, ends the list.
  const shellAt = after.search(/(?:^|\s)(?:\/\S+\/)?(?:ba|da|a|k|z)?sh\s+-/);
  const list = shellAt < 0 ? after : after.slice(0, shellAt);
  const names = Array.from(list.matchAll(/(?:^|\s)([A-Za-z_]\w*)=/g), (match) => match[1] ?? "").slice(0, Number(count[1]));
  return { rest: shellAt < 0 ? after : after.slice(shellAt).trim(), names };
}

function readInstruction(keyword: string, text: string): EntryParts {
  switch (keyword) {
    case "CMD":
    case "ENTRYPOINT":
    case "SHELL":
      return { keyword, text: maskText(wordsText(text)).text, note: "" };
    case "COPY":
    case "ADD":
      return readCopy(keyword, text);
    case "ENV":
    case "LABEL":
    case "ARG":
      return { keyword, text: maskPairs(text), note: "" };
    case "EXPOSE":
      return { keyword, text: text.startsWith("map[") ? mapKeys(text) : text, note: "" };
    case "VOLUME":
      return { keyword, text: /^\[[^"]*\]$/.test(text) ? jsonWords(text.slice(1, -1).split(" ")) : text, note: "" };
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

/** "map[80/tcp:{} 443/tcp:{}]" as "80/tcp 443/tcp". */
function mapKeys(text: string): string {
  return Array.from(text.matchAll(/([\w/.-]+):\{\}/g), (match) => match[1] ?? "").join(" ");
}

/** The classic builder names sources by hash only: "--chown=app file:ab… in /x". */
function readCopy(keyword: string, text: string): EntryParts {
  const match = /^((?:--\S+\s+)*)(--chown=[\w:-]+?(?=(?:dir|file|multi):))?((?:dir|file|multi):[0-9a-f]+)\s+in\s+(.*)$/.exec(text);
  if (match === null) return { keyword, text, note: "" };
  const flags = `${match[1] ?? ""}${match[2] === undefined ? "" : `${match[2]} `}`;
  const [kind = "", hash = ""] = (match[3] ?? "").split(":");
  const source = kind === "file" ? "FILE" : "FOLDER";
  return {
    keyword,
    text: `${flags}${source} ${(match[4] ?? "").trim()}`,
    note: `the history knows of the source only ${kind}:${hash.slice(0, 12)}`,
  };
}
