const BEGIN = "# >>> cooper";
const END = "# <<< cooper <<<";
/** Say what the file was before, so that taking the block out gives back its bytes. */
const NOTES = { none: "", open: " (the line above had no end)", new: " (the file is new)" } as const;

/** The file's text with the lines as a block of ours at its end, instead of one that is there already; null: there is no file. */
export function withBlock(text: string | null, lines: string): string {
  const bare = text === null ? null : withoutBlock(text);
  const note = bare === null ? NOTES.new : bare === "" || bare.endsWith("\n") ? NOTES.none : NOTES.open;
  const before = note === NOTES.open ? `${bare ?? ""}\n` : (bare ?? "");
  return `${before}${BEGIN}${note} >>>\n${lines.endsWith("\n") ? lines : `${lines}\n`}${END}\n`;
}

/** The file's text as it was without our block; null where there was no file. */
export function withoutBlock(text: string): string | null {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith(BEGIN));
  const last = lines.indexOf(END, first);
  if (first === -1 || last === -1) return text;
  const before = lines.slice(0, first);
  const after = lines.slice(last + 1);
  const begin = lines[first] ?? "";
  const rest = [...before, ...after].join("\n");
  if (begin.includes(NOTES.new) && rest === "") return null;
  return begin.includes(NOTES.open) && after.join("\n") === "" ? before.join("\n") : rest;
}
