const UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** A result for a machine: one JSON object with its schema's name and version first; characters that could change a screen are escaped. */
export function toJson(schema: string, value: object): string {
  return `${escaped(JSON.stringify({ schema, ...value }, null, 2))}\n`;
}

/** The same on one line. */
export function toJsonLine(schema: string, value: object): string {
  return `${escaped(JSON.stringify({ schema, ...value }))}\n`;
}

function escaped(text: string): string {
  return text.replaceAll(UNSAFE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
