import { CooperError } from "../base/errors.ts";
import type { Choices, History, Step } from "../history/model.ts";

const EXPLANATION = `# The word before a Step says what replay does with it:
#   auto    what cooper finds right     keep    it stays in any case
#   drop    it goes                     secret  it holds a secret and is not carried
# Lines that may stand below a Step:
#   text: "…"   replay runs this instead (a JSON text: \\n is a new line)
#   note: …     a comment above its instruction
# The text after an id is only for you. A line "secret: /path" names a file that holds a secret.
`;

const STEP_LINE = /^(auto|keep|drop|secret)\s+(s\d+\.\d+)\b/u;

function wordOf(step: Step, choices: Choices): string {
  if (choices.secret.includes(step.id)) return "secret";
  if (choices.keep.includes(step.id)) return "keep";
  return choices.drop.includes(step.id) ? "drop" : "auto";
}

function printStep(step: Step, choices: Choices): string {
  const shown = step.kind === "outside" ? "(outside the shell)" : JSON.stringify(step.typed).slice(1, -1).replaceAll('\\"', '"');
  const text = choices.rename[step.id];
  const note = choices.annotate[step.id];
  const below = [
    ...(text === undefined ? [] : [`    text: ${JSON.stringify(text)}`]),
    ...(note === undefined ? [] : [`    note: ${note}`]),
  ];
  return [`${wordOf(step, choices).padEnd(6)} ${step.id}  ${shown}`, ...below].map((line) => `${line}\n`).join("");
}

/** The decisions about a History as a text for an editor. */
export function printChoices(history: History, choices: Choices): string {
  const paths = choices.secret.filter((one) => one.startsWith("/")).map((path) => `secret: ${path}\n`);
  const cmd = `\n# What the image runs: auto, or a JSON list as ["nginx","-g","daemon off;"]\ncmd: ${choices.cmd === null ? "auto" : JSON.stringify(choices.cmd)}\n`;
  const steps = history.sessions.flatMap((session) => session.steps.map((step) => printStep(step, choices)));
  return `# The history of ${history.container.name}\n${EXPLANATION}${cmd}${paths.join("")}\n${steps.join("")}`;
}

function wrongLine(line: string, number: number, why: string): CooperError {
  return new CooperError("choices-text-wrong", `line ${number} cannot be understood: ${why}: ${line}`, {
    hint: "Nothing was changed. The lines at the top of the text say what may stand there.",
  });
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** A CMD: "auto" is null, else a JSON list of texts or words separated by blanks; undefined where it is neither. */
export function parseCommand(text: string): readonly string[] | null | undefined {
  const trimmed = text.trim();
  if (trimmed === "auto") return null;
  if (!trimmed.startsWith("[")) return trimmed === "" ? undefined : splitWords(trimmed);
  const value = parseJson(trimmed);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const words: readonly unknown[] = value;
  const texts = words.filter((word) => typeof word === "string");
  return texts.length === words.length ? texts : undefined;
}

function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"']+|"(?:[^"\\]|\\.)*"|'[^']*')+/gu) ?? [];
  return words.map((word) =>
    word.replaceAll(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/gu,
      (_, double?: string, single?: string) => double?.replaceAll(/\\(.)/gu, "$1") ?? single ?? "",
    ),
  );
}

interface Gathered {
  readonly keep: string[];
  readonly drop: string[];
  readonly secret: string[];
  readonly rename: Record<string, string>;
  readonly annotate: Record<string, string>;
  cmd: readonly string[] | null;
  step: string | null;
}

function readSetting(gathered: Gathered, line: string): string | null {
  const [, name = "", value = ""] = /^\s*(cmd|secret|text|note):\s*(.*)$/u.exec(line) ?? [];
  if (name === "cmd") {
    const cmd = parseCommand(value);
    if (cmd === undefined) return "a command is auto or a JSON list of texts";
    gathered.cmd = cmd;
  } else if (name === "secret") {
    if (!value.startsWith("/")) return "a secret file is an absolute path";
    gathered.secret.push(value);
  } else if (gathered.step === null || name === "") {
    return name === "" ? "no such word" : "it does not stand below a Step";
  } else if (name === "note") {
    gathered.annotate[gathered.step] = value;
  } else {
    const text = parseJson(value);
    if (typeof text !== "string") return "the text is not in JSON quotes";
    gathered.rename[gathered.step] = text;
  }
  return null;
}

/** The decisions that an edited text holds; throws `choices-text-wrong` with its line. */
export function parseChoices(text: string): Choices {
  const gathered: Gathered = { keep: [], drop: [], secret: [], rename: {}, annotate: {}, cmd: null, step: null };
  for (const [index, line] of text.split("\n").entries()) {
    const [, word, id] = STEP_LINE.exec(line) ?? [];
    if (word !== undefined && id !== undefined) {
      gathered.step = id;
      if (word === "keep" || word === "drop" || word === "secret") gathered[word].push(id);
    } else if (line.trim() !== "" && !line.trimStart().startsWith("#")) {
      const wrong = readSetting(gathered, line);
      if (wrong !== null) throw wrongLine(line, index + 1, wrong);
    }
  }
  const { step: _, ...choices } = gathered;
  return choices;
}
