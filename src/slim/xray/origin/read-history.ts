import type { HistoryEntry } from "../../../format/oci/image-config.ts";
import { readGoWords } from "./go-words.ts";
import type { Instruction } from "./instruction.ts";
import { readEntry } from "./read-entry.ts";

/** The instructions of a history, the oldest first; none of them is yet told to be the base's. `known` are the image's variables and labels. */
export function readHistory(history: readonly HistoryEntry[], known: readonly string[] = []): readonly Instruction[] {
  let shell: readonly string[] | null = null;
  /** Build arguments as the history has them. */
  const given: string[] = [];
  let layer = 0;
  const instructions: Instruction[] = [];
  for (const { createdBy, comment, isEmpty } of history) {
    const parts = readEntry(createdBy === "" ? `# ${comment}` : createdBy, shell, [...known, ...given]);
    if (parts.keyword === "ARG") given.push(createdBy.replace(/^.*?ARG\s+/, "").replace(/\s+# buildkit$/, ""));
    if (parts.keyword === "SHELL") shell = readGoWords(parts.text);
    instructions.push({ ...parts, text: parts.text.replace(/^# /, ""), layer: isEmpty ? null : layer, isBase: false });
    if (!isEmpty) layer++;
  }
  return instructions;
}
