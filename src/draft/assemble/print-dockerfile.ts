import { printIgnore } from "../../format/dockerfile/instructions.ts";
import type { ContextFile, Instruction } from "../model.ts";

/** Comments after the last instruction. */
export interface LastComments {
  readonly placeholders: readonly string[];
  readonly proposals: readonly string[];
}

/** The Dockerfile's text: comments above their instruction, a blank line between parts, proposals at the end. */
export function printDockerfile(instructions: readonly Instruction[], last: LastComments): string {
  const blocks = instructions.map((instruction, index) => {
    const comments = commentLines(instruction.comments);
    const isApart = index > 0 && (comments !== "" || isPart(instruction, instructions[index - 1]));
    return `${isApart ? "\n" : ""}${comments}${instruction.text}\n`;
  });
  const left = last.placeholders.length === 0 ? "" : `\n${commentLines(last.placeholders)}`;
  const offered = last.proposals.length === 0 ? "" : `\n# Think about:\n${commentLines(last.proposals)}`;
  return blocks.join("") + left + offered;
}

function isPart(instruction: Instruction, before: Instruction | undefined): boolean {
  const isLong = instruction.text.includes("\n") || before?.text.includes("\n") === true;
  return isLong || settingOf(instruction) !== settingOf(before);
}

const BUILDING: ReadonlySet<string> = new Set(["RUN", "COPY", "ADD", "USER", "WORKDIR", "SHELL", "ENV"]);

function settingOf(instruction: Instruction | undefined): string {
  if (instruction === undefined || instruction.name === "FROM") return "head";
  return BUILDING.has(instruction.name) ? "build" : "image";
}

/** A comment must not read as a parser directive, and a line of a text must not end the comment. */
function commentLines(comments: readonly string[]): string {
  return comments
    .flatMap((comment) => comment.split(/[\r\n]+/))
    .map((line) => `# ${line.replace(/[\0-\x1f\x7f]/g, " ").trimEnd()}`.trimEnd() + "\n")
    .join("");
}

/** A `.dockerignore` that sends the builder nothing but what the Dockerfile copies. */
export function printDockerignore(context: readonly ContextFile[]): string {
  const roots = new Set(context.map(({ path }) => path.split("/")[0] ?? ""));
  return printIgnore([...roots].toSorted());
}
