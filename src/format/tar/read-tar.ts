import type { TarMember } from "./member.ts";
import { TarScanner } from "./scan-tar.ts";

/** A member with its bytes; they can be read until the next member is asked for, what is not read is skipped. */
export interface TarFile {
  readonly member: TarMember;
  readonly body: AsyncIterable<Buffer>;
}

type TarEvent =
  | { readonly kind: "member"; readonly member: TarMember }
  | { readonly kind: "data"; readonly piece: Buffer }
  | { readonly kind: "end" };

/** The members of an archive, in constant memory. Throws `tar-damaged` when it is broken or ends too early. */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile, void, void> {
  const feed = new TarFeed(chunks);
  try {
    for (let event = await feed.next(); event !== null; event = await feed.next()) {
      if (event.kind === "member") yield { member: event.member, body: bodyOf(feed, feed.members) };
    }
  } finally {
    await feed.close();
  }
}

async function* bodyOf(feed: TarFeed, mark: number): AsyncGenerator<Buffer, void, void> {
  while (feed.members === mark) {
    const event = await feed.next();
    if (event === null || event.kind !== "data") return;
    yield event.piece;
  }
}

class TarFeed {
  /** How many members were handed out: a body of an earlier one gives nothing any more. */
  members = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #events: TarEvent[] = [];
  readonly #scanner: TarScanner;
  #at = 0;
  #isDone = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#scanner = new TarScanner({
      member: (member) => this.#events.push({ kind: "member", member }),
      data: (piece) => this.#events.push({ kind: "data", piece }),
      memberEnd: () => this.#events.push({ kind: "end" }),
    });
  }

  async next(): Promise<TarEvent | null> {
    while (this.#at >= this.#events.length && !this.#isDone) await this.#fill();
    const event = this.#events[this.#at++];
    if (event?.kind === "member") this.members++;
    return event ?? null;
  }

  async close(): Promise<void> {
    if (!this.#isDone) await this.#chunks.return?.();
  }

  async #fill(): Promise<void> {
    this.#events.length = 0;
    this.#at = 0;
    const { value, done } = await this.#chunks.next();
    this.#isDone = done === true;
    if (this.#isDone) this.#scanner.end();
    else this.#scanner.push(value);
  }
}
