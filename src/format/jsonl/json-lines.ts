export interface JsonLines {
  readonly records: readonly unknown[];
  /** Lines that are not whole JSON (a killed writer, a damaged disk). */
  readonly torn: number;
}

/** The values of a file of JSON lines; a line that cannot be read is counted and costs itself alone. Never throws. */
export function parseJsonLines(bytes: Uint8Array): JsonLines {
  const records: unknown[] = [];
  let torn = 0;
  for (const line of linesOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))) {
    const record = parseLine(line);
    if (record === undefined) torn += 1;
    else records.push(record);
  }
  return { records, torn };
}

/** One value as a line, its newline at the end. */
export function printJsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function* linesOf(bytes: Buffer): Generator<string> {
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (end > start) yield bytes.toString("utf8", start, end);
    start = end + 1;
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
