/** "env A=b" as its name in capitals and the rest. */
export function splitInstruction(instruction: string): { readonly name: string; readonly text: string } {
  const [, name = "", text = ""] = /^\s*([A-Za-z]+)\s*([\s\S]*)$/.exec(instruction) ?? [];
  return { name: name.toUpperCase(), text: text.trim() };
}

/** The words of an instruction: a JSON list, or words with quotes and backslashes as a Dockerfile has them. */
export function wordsOf(text: string): readonly string[] {
  return jsonList(text) ?? quotedWords(text);
}

function jsonList(text: string): readonly string[] | null {
  if (!text.trim().startsWith("[")) return null;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((word) => typeof word === "string") ? list : null;
  } catch {
    return null;
  }
}

function quotedWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/\\([\s\S])|"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'/g, unquote));
}

// oxlint-disable-next-line max-params -- the groups of the expression above
function unquote(_all: string, escaped?: string, double?: string, single?: string): string {
  return escaped ?? double?.replaceAll(/\\(["\\$])/g, "$1") ?? single ?? "";
}
