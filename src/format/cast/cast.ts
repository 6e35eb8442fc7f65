/** The first line of an asciicast v2 file (https://docs.asciinema.org/manual/asciicast/v2/). */
export interface CastHeader {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly title?: string;
}

export interface CastEvent {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly kind: "output" | "resize";
  /** What the terminal got; for `resize` "80x24". */
  readonly data: string;
}

export interface Cast {
  readonly header: CastHeader;
  readonly events: readonly CastEvent[];
  /** Lines that could not be read. */
  readonly torn: number;
}

const CODES = { output: "o", resize: "r" } as const;

/** The header as a line, its newline at the end. */
export function printCastHeader(header: CastHeader): string {
  const { columns, rows, startedAt, title } = header;
  const values = {
    version: 2,
    width: columns,
    height: rows,
    timestamp: Math.floor(startedAt / 1000),
    ...(title === undefined ? {} : { title }),
  };
  return `${JSON.stringify(values)}\n`;
}

/** An event as a line, its newline at the end; microseconds as the format has them. */
export function printCastEvent(event: CastEvent): string {
  return `${JSON.stringify([Math.round(event.at * 1000) / 1e6, CODES[event.kind], event.data])}\n`;
}

/** Reads an asciicast v2 file; null when it is none. Events of other kinds (input, markers) are left out. */
export function parseCast(text: string): Cast | null {
  const [first = "", ...lines] = text.split("\n");
  const header = parseHeader(parse(first));
  if (header === null) return null;
  const values = lines.filter((line) => line !== "").map(parse);
  const events = values.map(parseEvent).filter((event) => event !== null);
  return { header, events, torn: values.filter((value) => value === undefined).length };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function parseHeader(value: unknown): CastHeader | null {
  if (typeof value !== "object" || value === null || !("version" in value) || value.version !== 2) return null;
  if (!("width" in value) || !("height" in value)) return null;
  const { width, height } = value;
  if (typeof width !== "number" || typeof height !== "number") return null;
  const startedAt = "timestamp" in value && typeof value.timestamp === "number" ? value.timestamp * 1000 : 0;
  const title = "title" in value && typeof value.title === "string" ? { title: value.title } : {};
  return { columns: width, rows: height, startedAt, ...title };
}

function parseEvent(value: unknown): CastEvent | null {
  if (!Array.isArray(value)) return null;
  const [seconds, code, data]: unknown[] = value;
  if (typeof seconds !== "number" || typeof data !== "string" || (code !== "o" && code !== "r")) return null;
  return { at: seconds * 1000, kind: code === "o" ? "output" : "resize", data };
}
