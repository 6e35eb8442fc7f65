import type { ImageConfigFile } from "../../../format/oci/image-config.ts";
import type { BaseImage } from "./find-base.ts";
import type { Instruction } from "./instruction.ts";

/** What a Dockerfile is made of: the history's instructions, and the settings that it does not tell of. */
interface Parts {
  readonly instructions: readonly Instruction[];
  readonly unsaid: readonly Instruction[];
  readonly base: BaseImage;
  readonly config: ImageConfigFile;
}

/** The Dockerfile that a history tells of; the base's part is comments, under the FROM that stands for it. */
export function printDockerfile({ instructions, unsaid, base, config }: Parts): string {
  const below = instructions.slice(0, base.entries);
  const lines = [
    `# Made again from the history of an image (${config.os}/${config.architecture}); the sources of COPY and ADD are not in it.`,
    ...(below.length === 0 ? [] : ["# The base was made by:"]),
    ...below.flatMap((one) => printInstruction(one).map((line) => `#   ${line.replace(/^# /, "")}`)),
    ...(base.name === null && base.guess !== null ? ["# The base's name is a guess."] : []),
    `FROM ${base.name ?? base.guess ?? (below.length === 0 ? "scratch" : "BASE")}`,
    ...instructions.slice(base.entries).flatMap(printInstruction),
    ...(unsaid.length === 0 ? [] : ["# Settings of the image that its history does not tell of:"]),
    ...unsaid.flatMap(printInstruction),
  ];
  return `${lines.join("\n")}\n`;
}

function printInstruction({ keyword, text, note }: Instruction): string[] {
  const comment = note === "" ? [] : [`# ${oneLine(note)}`];
  if (keyword === "#") return [...comment, `# ${oneLine(text)}`];
  if (keyword === "RUN" && text.includes("\n")) return [...comment, ...printHere(text)];
  const body = keyword === "RUN" ? splitCommands(text) : oneLine(text);
  return [...comment, ...`${keyword} ${body}`.split("\n")];
}

function printHere(text: string): string[] {
  const lines = text.split("\n");
  let end = "EOF";
  while (lines.includes(end)) end += "_";
  return [`RUN <<'${end}'`, ...lines, end];
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}

/** A long command with each part after `&&` on its own line; what stands in quotes stays as it is. */
function splitCommands(text: string): string {
  let quote = "";
  let printed = "";
  for (let at = 0; at < text.length; at++) {
    const one = text[at] ?? "";
    if (one === "\\" && quote !== "'") printed += one + (text[++at] ?? "");
    else if (quote === "" && /\s/.test(one)) {
      const gap = /^\s+/.exec(text.slice(at))?.[0] ?? one;
      at += gap.length - 1;
      const next = text.slice(at + 1, at + 4);
      printed += next === "&& " ? " \\\n    " : " ";
    } else {
      if (quote === one) quote = "";
      else if (quote === "" && (one === '"' || one === "'")) quote = one;
      printed += one;
    }
  }
  return printed;
}
