interface TypedMatch {
  /** The lines as they were typed, with comments and without empty lines before them. */
  readonly text: string;
  readonly rest: readonly string[];
}

/**
 * Of the lines that were entered, those that the shell ran as the command `ran`: bash joins the lines of one command with "; " in
 * its history, drops a backslash with its line end, and may keep neither indentation nor empty lines. Null where none fit.
 */
export function matchTyped(lines: readonly string[], ran: string): TypedMatch | null {
  const wanted = essence(ran);
  if (wanted === "") return null;
  for (let start = 0; start < lines.length; start++) {
    const end = endOfMatch(lines, start, wanted);
    if (end !== null) return { text: trimBlankLines(lines.slice(0, end)).join("\n"), rest: lines.slice(end) };
    if (!isIdle(lines[start] ?? "")) return null;
  }
  return null;
}

/** True where the text holds something that history expansion could replace. */
export function mayExpand(text: string): boolean {
  return text.includes("!") || /^\^/m.test(text);
}

/** True for text without a command: empty lines and comments. */
export function isIdle(text: string): boolean {
  return text.split("\n").every((line) => /^\s*(?:#.*)?$/.test(line));
}

function endOfMatch(lines: readonly string[], start: number, wanted: string): number | null {
  let joined = "";
  for (let end = start; end < lines.length; end++) {
    joined += essence(lines[end] ?? "");
    if (joined === wanted) return end + 1;
    if (joined.length > wanted.length) return null;
  }
  return null;
}

function essence(text: string): string {
  return text.replaceAll(/[\s;\\]+/g, "");
}

function trimBlankLines(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  return first <= 0 ? lines : lines.slice(first);
}
