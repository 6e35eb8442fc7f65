/** Control, format (bidirectional, zero width) and lone surrogate characters: what could change a screen or hide text on it. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

function escapeOne(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) {
    return named;
  }
  const point = character.codePointAt(0) ?? 0;
  return point <= 0xff ? `\\x${point.toString(16).padStart(2, "0")}` : `\\u{${point.toString(16)}}`;
}

/** Text from a container as one safe line: control characters become visible escapes. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, escapeOne);
}

/** Like escapeText, but keeps line feeds and tabs. */
export function escapeLines(text: string): string {
  return text.replace(UNSAFE, (one) => (one === "\n" || one === "\t" ? one : escapeOne(one)));
}
