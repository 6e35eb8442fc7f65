/** A command as it was asked for; all that a program may see is bytes. */
export interface ExecRequest {
  readonly argv: readonly Buffer[];
  /** Text for the container's shell in the place of `argv`. */
  readonly text: Buffer | null;
  /** Where the person stands on this machine. */
  readonly localFolder: Buffer;
  /** Folder of the container, where one was named. */
  readonly workdir: Buffer | null;
  readonly user: string | null;
  /** "NAME=value", for this command alone. */
  readonly env: readonly Buffer[];
  readonly terminal: RequestedTerminal | null;
  /** Standard input is passed on; else the command has none. */
  readonly hasInput: boolean;
  /** Leave it out of what `replay` makes. */
  readonly isLeftOut: boolean;
}

export interface RequestedTerminal {
  readonly columns: number;
  readonly rows: number;
  /** TERM, "" where it is not known. */
  readonly kind: string;
}

/** Fields, each a letter and its bytes, each ended by a zero byte. */
export function encodeRequest(request: ExecRequest): Buffer {
  const { terminal } = request;
  const fields: readonly (readonly [string, Uint8Array | string | null])[] = [
    ...request.argv.map((word) => ["a", word] as const),
    ["c", request.text],
    ["l", request.localFolder],
    ["w", request.workdir],
    ["u", request.user],
    ...request.env.map((setting) => ["e", setting] as const),
    ["t", terminal === null ? null : `${terminal.columns} ${terminal.rows} ${terminal.kind}`],
    ["i", request.hasInput ? "" : null],
    ["n", request.isLeftOut ? "" : null],
  ];
  return Buffer.concat(fields.flatMap(([letter, value]) => (value === null ? [] : [Buffer.from(letter), Buffer.from(value), ZERO])));
}

const ZERO = Buffer.from([0]);

/** Reads what `encodeRequest` made; fields it does not know are passed over. */
export function decodeRequest(bytes: Buffer): ExecRequest {
  const fields = splitAtZero(bytes);
  const all = (letter: string): Buffer[] =>
    fields.flatMap((field) => (field.toString("latin1", 0, 1) === letter ? [field.subarray(1)] : []));
  const one = (letter: string): Buffer | null => all(letter)[0] ?? null;
  return {
    argv: all("a"),
    text: one("c"),
    localFolder: one("l") ?? Buffer.from("/"),
    workdir: one("w"),
    user: one("u")?.toString() ?? null,
    env: all("e"),
    terminal: readTerminal(one("t")),
    hasInput: one("i") !== null,
    isLeftOut: one("n") !== null,
  };
}

function readTerminal(bytes: Buffer | null): RequestedTerminal | null {
  const match = /^(\d{1,5}) (\d{1,5}) (.*)$/.exec(bytes?.toString() ?? "");
  return match === null ? null : { columns: Number(match[1]), rows: Number(match[2]), kind: match[3] ?? "" };
}

/** The parts of bytes that are each ended by a zero byte. */
export function splitAtZero(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, end = bytes.indexOf(0); end !== -1; at = end + 1, end = bytes.indexOf(0, at)) parts.push(bytes.subarray(at, end));
  return parts;
}
