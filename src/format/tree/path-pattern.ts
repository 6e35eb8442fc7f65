const compiled = new Map<string, RegExp>();

/**
 * Whether a pattern covers an absolute path: `*` is any text within one name, `?` one sign, `{a,b}` either, `**` any text with slashes,
 * and a last name that is only `*` covers all below (as `/etc/ssl/*` is meant). A pattern without a slash at its start must be `**`.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = compile(pattern);
    compiled.set(pattern, expression);
  }
  return expression.test(path);
}

/** Whether everything below a directory is covered by a pattern ending in `/**` or `/*`. */
export function coversBelow(pattern: string, directory: string): boolean {
  return /\/\*\*?$/.test(pattern) && matchesPattern(pattern, `${directory}/\u0000`);
}

function compile(pattern: string): RegExp {
  const whole = pattern.endsWith("/*") ? `${pattern}*` : pattern;
  const source = whole.replaceAll(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[\\^$+.()|[\]{}]/g, translate);
  return new RegExp(`^${source}$`, "s");
}

function translate(part: string): string {
  if (part === "**/") return "(?:.*/)?";
  if (part === "**") return ".+";
  if (part === "*") return "[^/]*";
  if (part === "?") return "[^/]";
  if (part.length > 1 && part.startsWith("{")) return `(?:${part.slice(1, -1).split(",").map(literally).join("|")})`;
  return literally(part);
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$+.()|[\]{}*?]/g, String.raw`\$&`);
}
