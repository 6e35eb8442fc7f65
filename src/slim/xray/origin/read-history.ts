import type { HistoryEntry } from "../../../format/oci/image-config.ts";
import { readGoWords } from "./go-words.ts";
import type { Instruction } from "./instruction.ts";
import { readEntry } from "./read-entry.ts";

/** The instructions of a history, the oldest first; none of them is yet told to be the base's. */
export function readHistory(history: readonly HistoryEntry[]): readonly Instruction[] {
  let shell: readonly string[] | null = null;
  let layer = 0;
  const instructions: Instruction[] = [];
  for (const { createdBy, comment, isEmpty } of history) {
    const parts = readEntry(createdBy === "" ? `# ${comment}` : createdBy, shell);
    if (parts.keyword === "SHELL") shell = readGoWords(parts.text);
    instructions.push({ ...parts, text: parts.text.replace(/^# /, ""), layer: isEmpty ? null : layer, isBase: false });
    if (!isEmpty) layer++;
  }
  return instructions;
}
