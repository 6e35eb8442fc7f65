import { createHmac, timingSafeEqual } from "node:crypto";

/** What a frame is bound to: a frame of another run, or of another node, is none. */
export interface Seal {
  readonly key: string;
  readonly run: string;
  readonly node: string;
}

/** What was read of the lines of one node. */
export interface Opened {
  readonly messages: readonly string[];
  /** The last frame and all before it were there. */
  readonly isWhole: boolean;
  /** Lines that look like frames and have not been sealed with the key. */
  readonly refused: number;
}

/** Logs cut longer lines in pieces. */
const PAYLOAD = 6_000;
const FRAME = /^cooper-scan (\d{1,9}) ([-+]) ([0-9a-f]{64}) ([A-Za-z0-9+/=]*)$/;

/** Cuts messages (texts without line feeds) into numbered, sealed lines that a log can carry. */
export class FrameWriter {
  readonly #seal: Seal;
  readonly #write: (line: string) => Promise<void>;
  #held = "";
  #number = 0;

  constructor(seal: Seal, write: (line: string) => Promise<void>) {
    this.#seal = seal;
    this.#write = write;
  }

  async say(message: string): Promise<void> {
    this.#held += `${Buffer.from(message).toString("base64")}\n`;
    while (this.#held.length >= PAYLOAD) {
      await this.#frame("+", this.#held.slice(0, PAYLOAD));
      this.#held = this.#held.slice(PAYLOAD);
    }
  }

  /** The last frame says that it is the last: who leaves out the end is found out. */
  async end(): Promise<void> {
    await this.#frame("-", this.#held);
  }

  async #frame(more: string, text: string): Promise<void> {
    const number = String(this.#number++);
    const payload = Buffer.from(text).toString("base64");
    await this.#write(`cooper-scan ${number} ${more} ${sealOf(this.#seal, [number, more, payload])} ${payload}\n`);
  }
}

/** Reads the lines of one node; what was not sealed with the key for this run and node counts for nothing. */
export function openFrames(lines: Iterable<string>, seal: Seal): Opened {
  const payloads = new Map<number, string>();
  let last = Infinity;
  let refused = 0;
  for (const line of lines) {
    const [, number, more, mac, payload] = FRAME.exec(line) ?? [];
    if (number === undefined || more === undefined || mac === undefined || payload === undefined) {
      if (line.startsWith("cooper-scan ")) refused++;
      continue;
    }
    if (!isSame(mac, sealOf(seal, [number, more, payload]))) {
      refused++;
      continue;
    }
    payloads.set(Number(number), Buffer.from(payload, "base64").toString());
    if (more === "-") last = Number(number);
  }
  const isWhole = payloads.size === last + 1;
  const text = [...payloads].toSorted(([one], [other]) => one - other).map(([, payload]) => payload);
  const messages = isWhole ? text.join("").split("\n").slice(0, -1) : [];
  return { messages: messages.map((message) => Buffer.from(message, "base64").toString()), isWhole, refused };
}

function sealOf({ key, run, node }: Seal, parts: readonly string[]): string {
  return createHmac("sha256", Buffer.from(key, "hex"))
    .update(JSON.stringify([run, node, ...parts]))
    .digest("hex");
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
