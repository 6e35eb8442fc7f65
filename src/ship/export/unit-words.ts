/** An empty word would end the words of a line for Podman's generator; systemd makes one of an empty variable. */
export const EMPTY = { name: "EMPTY", word: "${EMPTY}" } as const;

/** A value to the end of the line. */
export function raw(text: string): string {
  return plain(text).replaceAll("$", "$$$$");
}

/** Whether a value comes through as the rest of a line: no blanks around it, no quotes around it, nothing that goes on in the next line. */
export function stands(text: string): boolean {
  return text !== "" && text.trim() === text && !/\p{Cc}|\p{Cf}|\\|["']/u.test(text);
}

/** A word of a systemd unit: quoted where it must be; % and $ stand for themselves. */
export function word(text: string): string {
  if (text === "") return EMPTY.word;
  const escaped = raw(text);
  return /^[A-Za-z0-9_@%+=:,./$-]+$/u.test(escaped) ? escaped : `"${hidden(escaped.replace(/[\\"]/gu, "\\$&"))}"`;
}

function hidden(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (one) => `\\U${(one.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`);
}

/** % stands for itself. */
export function plain(text: string): string {
  return text.replaceAll("%", "%%");
}
