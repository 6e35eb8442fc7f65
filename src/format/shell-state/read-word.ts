/** A word of shell text with its quotes taken off, and where it ends. */
export interface ReadWord {
  readonly value: string;
  readonly end: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  e: "\u001B",
  E: "\u001B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Reads one word from `at`: bare text, '…', "…", $'…' and \x in any mix, up to a blank, a line end or a bare parenthesis. */
export function readWord(text: string, at: number): ReadWord {
  let value = "";
  let index = at;
  while (index < text.length && !" \t\n()".includes(text[index] ?? "")) {
    const part = readPart(text, index);
    value += part.value;
    index = part.end;
  }
  return { value, end: index };
}

function readPart(text: string, at: number): ReadWord {
  const character = text[at] ?? "";
  if (character === "'") return readSingle(text, at + 1);
  if (character === '"') return readDouble(text, at + 1);
  if (character === "$" && text[at + 1] === "'") return readDollar(text, at + 2);
  if (character === "\\") return { value: text[at + 1] ?? "", end: at + 2 };
  return { value: character, end: at + 1 };
}

function readSingle(text: string, at: number): ReadWord {
  const close = text.indexOf("'", at);
  const end = close === -1 ? text.length : close;
  return { value: text.slice(at, end), end: end + 1 };
}

function readDouble(text: string, at: number): ReadWord {
  let value = "";
  let index = at;
  for (; index < text.length && text[index] !== '"'; index++) {
    if (text[index] === "\\" && '$`"\\\n'.includes(text[index + 1] ?? "x")) index++;
    value += text[index] ?? "";
  }
  return { value, end: index + 1 };
}

// Octal and hexadecimal escapes stand for bytes, which together may make one character.
function readDollar(text: string, at: number): ReadWord {
  const bytes: Buffer[] = [];
  let index = at;
  while (index < text.length && text[index] !== "'") {
    const part = readEscape(text, index);
    bytes.push(part.bytes);
    index = part.end;
  }
  return { value: Buffer.concat(bytes).toString("utf8"), end: index + 1 };
}

function readEscape(text: string, at: number): { bytes: Buffer; end: number } {
  if (text[at] !== "\\") {
    const run = /[^'\\]+/y;
    run.lastIndex = at;
    const found = run.exec(text)?.[0] ?? "";
    return { bytes: Buffer.from(found), end: at + found.length };
  }
  const code = /[0-7]{1,3}|x[\da-fA-F]{1,2}|u[\da-fA-F]{1,4}|U[\da-fA-F]{1,8}|C-./sy;
  code.lastIndex = at + 1;
  const found = code.exec(text)?.[0];
  if (found !== undefined) return { bytes: bytesOf(found), end: at + 1 + found.length };
  const letter = text[at + 1] ?? "";
  return { bytes: Buffer.from(ESCAPES[letter] ?? letter), end: at + 2 };
}

function bytesOf(code: string): Buffer {
  const kind = code[0] ?? "";
  if (kind === "C") return Buffer.from([(code.codePointAt(2) ?? 0) & 0x1f]);
  if (kind === "x") return Buffer.from([Number.parseInt(code.slice(1), 16)]);
  if (kind === "u" || kind === "U") return Buffer.from(String.fromCodePoint(Math.min(Number.parseInt(code.slice(1), 16), 0x10ffff)));
  return Buffer.from([Number.parseInt(code, 8) & 0xff]);
}
