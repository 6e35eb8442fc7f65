import { BODY_KINDS, LONGEST_MARKER, MARKER_START, type Marker, readMarker, type ShellMessage } from "./marker.ts";

/** A part of a terminal's output: bytes for the screen, or what a shell told its recorder. */
export type StreamPiece = { readonly bytes: Buffer } | { readonly message: ShellMessage };

/** Takes the recorder's own messages out of a terminal's output. All other bytes come out unchanged and in order. */
export interface StreamSplitter {
  /** From now on markers with this nonce are messages; all others are bytes like any other. */
  accept(nonce: string): void;
  push(chunk: Uint8Array): StreamPiece[];
  /** Bytes held back because they may be the start of a marker. */
  held(): number;
  /** Gives up waiting for the rest of a marker that has not begun for certain. */
  flush(): StreamPiece[];
}

const START = Buffer.from(MARKER_START, "latin1");
const BELL = 7;
/** Marks that a shell's prompts hold: a dump of its variables shows them. */
const PROMPT_MARKS: ReadonlySet<string> = new Set(["C", "E"]);
const BODY_LIMIT = 32 * 1024 * 1024;

/** A splitter that accepts no nonce yet. */
export function createStreamSplitter(): StreamSplitter {
  return new Splitter();
}

interface OpenBody {
  readonly marker: Marker;
  readonly parts: Buffer[];
  size: number;
}

class Splitter implements StreamSplitter {
  readonly #nonces = new Set<string>();
  #rest: Buffer = Buffer.alloc(0);
  #body: OpenBody | null = null;
  #pieces: StreamPiece[] = [];

  accept(nonce: string): void {
    this.#nonces.add(nonce);
  }

  held(): number {
    return this.#body === null ? this.#rest.length : 0;
  }

  push(chunk: Uint8Array): StreamPiece[] {
    let data: Buffer = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    while (data.length > 0) data = this.#step(data);
    return this.#take();
  }

  flush(): StreamPiece[] {
    if (this.#body !== null) return [];
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    this.#pass(rest);
    return this.#take();
  }

  #take(): StreamPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  // Deals with the bytes up to and including the next marker; gives what is left.
  #step(data: Buffer): Buffer {
    const at = data.indexOf(START);
    if (at === -1) return this.#keepPossibleStart(data);
    this.#pass(data.subarray(0, at));
    const end = data.subarray(at, at + LONGEST_MARKER).indexOf(BELL);
    if (end === -1 && data.length - at < LONGEST_MARKER) return this.#keep(data.subarray(at));
    const marker = end === -1 ? null : readMarker(data.toString("latin1", at + START.length, at + end));
    if (marker === null || !this.#nonces.has(marker.nonce)) {
      this.#pass(data.subarray(at, at + START.length));
      return data.subarray(at + START.length);
    }
    const after = data.subarray(at + end + 1);
    if (this.#body !== null && PROMPT_MARKS.has(marker.kind)) this.#pass(data.subarray(at, at + end + 1));
    else this.#receive(marker);
    return after;
  }

  #keepPossibleStart(data: Buffer): Buffer {
    const longest = Math.min(data.length, START.length - 1);
    for (let length = longest; length > 0; length--) {
      if (!data.subarray(data.length - length).equals(START.subarray(0, length))) continue;
      this.#pass(data.subarray(0, data.length - length));
      return this.#keep(data.subarray(data.length - length));
    }
    this.#pass(data);
    return Buffer.alloc(0);
  }

  #keep(data: Buffer): Buffer {
    this.#rest = Buffer.from(data);
    return Buffer.alloc(0);
  }

  #pass(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const body = this.#body;
    if (body === null) {
      this.#pieces.push({ bytes });
      return;
    }
    body.parts.push(Buffer.from(bytes));
    body.size += bytes.length;
    if (body.size > BODY_LIMIT) this.#close(true, null);
  }

  // Any message of ours ends an open body: a shell that was killed while it printed one hides nothing that follows.
  #receive(marker: Marker): void {
    if (this.#body !== null) {
      const isEnd = marker.kind === "Z" && marker.nonce === this.#body.marker.nonce;
      this.#close(!isEnd, marker.fields[0] ?? null);
      if (isEnd) return;
    }
    if (marker.kind === "Z") return;
    if (BODY_KINDS.has(marker.kind)) this.#body = { marker, parts: [], size: 0 };
    else this.#pieces.push({ message: { ...marker, body: null, isGarbled: false } });
  }

  #close(isCut: boolean, length: string | null): void {
    const open = this.#body;
    if (open === null) return;
    this.#body = null;
    // The terminal turned the line ends into CR LF.
    const body = Buffer.concat(open.parts).toString("utf8").replaceAll("\r\n", "\n");
    const isGarbled = isCut || !hasLength(body, length);
    this.#pieces.push({ message: { ...open.marker, body, isGarbled } });
  }
}

// A shell counts characters or bytes, as its locale says; no length at all is no promise.
function hasLength(body: string, length: string | null): boolean {
  if (length === null || length === "") return true;
  const wanted = Number(length);
  return wanted === Buffer.byteLength(body) || wanted === [...body].length || wanted === body.length;
}
