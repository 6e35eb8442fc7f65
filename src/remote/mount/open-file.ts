import { readAttributes } from "../../format/sftp/attributes.ts";
import { OPEN_FLAGS, type PacketValue, SFTP, STATUS } from "../../format/sftp/packet.ts";
import type { LinkKeeper } from "./link-keeper.ts";
import { bytesOf, type Found } from "./remote-tree.ts";
import { type Answer, failed } from "./sftp-link.ts";
import type { WirePath } from "./tree-cache.ts";

/** A file as the server has it open; lost when the connection is another one. */
interface ServerFile {
  readonly handle: Buffer;
  readonly generation: number;
}

/** The content of a small file, fetched with one question. */
export type WholeFile = Buffer;

const WHOLE_FILE = "whole-file@cooper";
/** So long content that was asked for counts. */
export const FRESH_MS = 1_000;
const AHEAD_PIECES = { slow: 32, fast: 6 } as const;
const NO_ATTRIBUTES = Buffer.alloc(4);

export function canFetchWhole(keeper: LinkKeeper): boolean {
  return keeper.has(WHOLE_FILE);
}

/** Asks for a small file as a whole; null: it is not small. */
export async function fetchWhole(keeper: LinkKeeper, path: WirePath): Promise<Found<WholeFile | null>> {
  const answer = await keeper.ask(SFTP.extended, [WHOLE_FILE, bytesOf(path)]).answer;
  if (answer.type !== SFTP.extendedReply) return { refused: answer };
  readAttributes(answer.body);
  const isWhole = answer.body.number() === 1;
  return { found: isWhole ? answer.body.string() : null };
}

/** Content that was asked for beforehand; `at`: when it came, null while it is on its way. */
interface Piece {
  readonly length: number;
  readonly answer: Promise<Answer>;
  at: number | null;
}

/** One opened file: content that was fetched as a whole, or what the server has open. */
export class OpenFile {
  readonly #keeper: LinkKeeper;
  readonly #now: () => number;
  readonly isWritable: boolean;
  /** Changes when the file is renamed through the mount. */
  path: WirePath;
  /** Something was written into it. */
  isDirty = false;
  #whole: { readonly content: WholeFile; readonly until: number } | null = null;
  #server: ServerFile | null = null;
  #opening: Promise<Answer> | null = null;
  /** What it looked like when it was opened. */
  #seen: string | null = null;
  #isAbandoned = false;
  /** Pieces that were asked for beforehand, by offset. */
  #ahead = new Map<number, Piece>();
  /** So many are worth it: few for who reads so slowly that they grow old. */
  #window = Number.POSITIVE_INFINITY;
  #next = 0;
  #end = Number.POSITIVE_INFINITY;

  constructor(keeper: LinkKeeper, opened: { readonly path: WirePath; readonly isWritable: boolean; readonly now: () => number }) {
    this.#keeper = keeper;
    this.#now = opened.now;
    this.path = opened.path;
    this.isWritable = opened.isWritable;
  }

  /** Its content, which counts until then. */
  hold(content: WholeFile, until: number): void {
    this.#whole = { content, until };
  }

  /** Opens it on the server; `attributes` as the request had them. */
  open(flags: number, attributes: Buffer, onTruth: (answer: Answer | null) => void = () => undefined): Promise<Answer> {
    const { answer, truth } = this.#keeper.ask(SFTP.open, [bytesOf(this.path), flags], attributes);
    void truth.then((told) => {
      if (told?.type === SFTP.handle) this.#serve({ handle: told.body.string(), generation: told.generation });
      if (this.#isAbandoned) void this.close();
      onTruth(told);
    });
    return answer;
  }

  #serve(server: ServerFile): void {
    const isFirst = this.#server === null;
    this.#server = server;
    this.#ahead.clear();
    if (isFirst && !this.isWritable) void this.#mark().then((seen) => (this.#seen ??= seen));
  }

  /** Opens for reading what is not open on this connection; null when it is the same file still, else why not. */
  async #openAgain(): Promise<Answer | null> {
    this.#opening ??= this.open(OPEN_FLAGS.read, NO_ATTRIBUTES);
    const answer = await this.#opening;
    this.#opening = null;
    if (this.#handle() === null) return answer.type === SFTP.handle ? failed(STATUS.other) : answer;
    const now = await this.#mark();
    if (this.#seen !== null && this.#seen !== now) return failed(STATUS.other);
    this.#seen = now;
    return null;
  }

  /** What tells this file from another of its name. */
  async #mark(): Promise<string> {
    const answer = await this.ask(SFTP.fstat, []);
    if (answer.type !== SFTP.attributes) return "";
    const { size, times } = readAttributes(answer.body);
    return `${size} ${times?.modified}`;
  }

  /** What was fetched does not count any more. */
  drop(): void {
    this.#whole = null;
    this.#ahead.clear();
    this.#end = Number.POSITIVE_INFINITY;
  }

  /** A piece of what was fetched as a whole, as long as that counts; else null. */
  held(offset: number, length: number): Buffer | null {
    const whole = this.#whole;
    return whole !== null && this.#now() < whole.until ? whole.content.subarray(offset, offset + length) : null;
  }

  async read(offset: number, length: number, isSlow: boolean): Promise<Answer | Buffer> {
    const held = this.held(offset, length);
    if (held !== null) return held;
    this.#whole = null;
    if (this.#handle() === null && !this.isWritable) {
      const refused = await this.#openAgain();
      if (refused !== null) return refused;
    }
    return await (this.isWritable
      ? this.#readPiece(offset, length)
      : this.#readAhead(offset, length, AHEAD_PIECES[isSlow ? "slow" : "fast"]));
  }

  /** Asks something of the opened file at once; `values` go behind its handle. */
  ask(type: number, values: readonly PacketValue[], raw?: Buffer): Promise<Answer> {
    const handle = this.#handle();
    return handle === null ? Promise.resolve(failed(STATUS.other)) : this.#keeper.ask(type, [handle, values], raw).answer;
  }

  /** An extended request about it. */
  extend(name: string): Promise<Answer> {
    const handle = this.#handle();
    if (handle === null) return Promise.resolve(failed(this.#server === null && !this.isWritable ? STATUS.ok : STATUS.other));
    return this.#keeper.ask(SFTP.extended, [name, handle]).answer;
  }

  /** Nobody waits for it any more: closed as soon as the server has it open. */
  close(): Promise<Answer> {
    this.#isAbandoned = true;
    const handle = this.#handle();
    this.#ahead.clear();
    if (handle !== null) return this.#keeper.ask(SFTP.close, [handle]).answer;
    return Promise.resolve(failed(this.isDirty ? STATUS.other : STATUS.ok));
  }

  #handle(): Buffer | null {
    return this.#server?.generation === this.#keeper.generation ? this.#server.handle : null;
  }

  #readPiece(offset: number, length: number): Promise<Answer> {
    return this.ask(SFTP.read, [BigInt(offset), length]);
  }

  /** Who reads on gets what was asked for beforehand; in other pieces it would not be whole. */
  #readAhead(offset: number, length: number, most: number): Promise<Answer> {
    this.#dropOld();
    const asked = this.#ahead.get(offset);
    const isOn = offset === this.#next || asked?.length === length;
    if (!isOn) this.#ahead.clear();
    const ready = asked?.length === length ? asked.answer : this.#readPiece(offset, length);
    this.#ahead.delete(offset);
    this.#next = offset + length;
    const pieces = isOn && offset > 0 ? Math.min(most, this.#window) : 0;
    this.#window = Math.max(1, this.#window * 2);
    for (let at = offset + length; at <= offset + pieces * length && at < this.#end; at += length) this.#askAhead(at, length);
    return ready;
  }

  #dropOld(): void {
    const now = this.#now();
    for (const [offset, { at }] of this.#ahead) {
      if (at === null || now - at < FRESH_MS) continue;
      this.#ahead.delete(offset);
      this.#window = 0;
    }
  }

  #askAhead(at: number, length: number): void {
    if (this.#ahead.has(at)) return;
    const piece: Piece = { length, answer: this.#readPiece(at, length), at: null };
    this.#ahead.set(at, piece);
    void piece.answer.then((told) => {
      piece.at = this.#now();
      if (told.type === SFTP.data) return;
      this.#end = Math.min(this.#end, at);
      // A file may have grown, and a connection is made again: it is asked for anew.
      if (this.#ahead.get(at) === piece) this.#ahead.delete(at);
    });
  }
}
