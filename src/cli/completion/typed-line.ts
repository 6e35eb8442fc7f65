/** A line of a shell up to the cursor, as bash reads it. */
export interface TypedLine {
  /** The words without their quotes; the last is the one that is typed. */
  readonly words: readonly string[];
  /** The quote that is open at the cursor. */
  readonly quote: "" | "'" | '"';
}

/** Reads the words of a line whose last one may be unfinished. */
export function readTypedLine(line: string): TypedLine {
  const words = [""];
  let quote: TypedLine["quote"] = "";
  const add = (text: string): void => void words.push((words.pop() ?? "") + text);
  for (let at = 0; at < line.length; at += 1) {
    const one = line.charAt(at);
    const next = line.charAt(at + 1);
    if (one === quote) quote = "";
    else if (quote === "" && (one === "'" || one === '"')) quote = one;
    else if (one === "\\" && (quote === "" || (quote === '"' && /["$\\`]/.test(next)))) {
      add(next);
      at += 1;
    } else if (quote === "" && /\s/.test(one)) {
      if (words.at(-1) !== "" || /["']/.test(line.charAt(at - 1))) words.push("");
    } else add(one);
  }
  return { words, quote };
}

interface Insertion {
  readonly line: string;
  /** The end of the line that is replaced, as it is typed. */
  readonly replaced: string;
}

/** What stands instead of the end of a line, so that its last word becomes this one; null where that word does not begin as the line does. */
export function insertedWord(word: string, { line, replaced }: Insertion): string | null {
  const { words } = readTypedLine(line.slice(0, line.length - replaced.length));
  const before = words.at(-1) ?? "";
  if (!word.startsWith(before)) return null;
  const rest = word.slice(before.length);
  const { quote } = readTypedLine(line);
  if (quote === "'") return rest.replaceAll("'", "'\\''");
  return rest.replaceAll(quote === '"' ? /["$\\`]/g : /[^\p{L}\p{N}_@%+=:,./-]/gu, "\\$&");
}
