import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { byte } from "../../format/ssh/wire.ts";

/** Key and first nonce of one direction (AES-256-GCM, RFC 5647). */
export interface DirectionKeys {
  readonly key: Buffer;
  readonly nonce: Buffer;
}

const TAG = 16;
/** More than any message that the protocol allows. */
const LONGEST = 256 * 1024;

/** The packets of an SSH connection: plain first, sealed once keys are set. */
export class PacketStream {
  readonly #input: AsyncIterator<unknown>;
  readonly #output: Writable;
  #pending: Buffer[] = [];
  #size = 0;
  #sealing: DirectionKeys | null = null;
  #opening: DirectionKeys | null = null;

  constructor(input: Readable, output: Writable) {
    this.#input = input[Symbol.asyncIterator]();
    this.#output = output;
  }

  /** The first line of the other side; lines before it that do not greet are passed over. */
  async readGreeting(): Promise<string> {
    for (;;) {
      let line = "";
      while (!line.endsWith("\n")) {
        const [one] = (await this.#take(1)) ?? [];
        if (one === undefined || line.length > 255) throw new Error("the other side does not speak SSH");
        line += String.fromCharCode(one);
      }
      if (line.startsWith("SSH-")) return line.trimEnd();
    }
  }

  writeLine(line: string): void {
    this.#output.write(`${line}\r\n`);
  }

  /** What is sent from now on is sealed. */
  seal(keys: DirectionKeys): void {
    this.#sealing = keys;
  }

  /** What comes from now on is sealed. */
  open(keys: DirectionKeys): void {
    this.#opening = keys;
  }

  /** Sends a message; resolves when there is room for more. */
  send(payload: Buffer): Promise<void> {
    const sealing = this.#sealing;
    const block = sealing === null ? 8 : 16;
    const unpadded = payload.length + (sealing === null ? 5 : 1);
    const missing = block - (unpadded % block);
    const padding = missing < 4 ? missing + block : missing;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(1 + payload.length + padding);
    const plain = [byte(padding), payload, randomBytes(padding)];
    const parts = [length, ...(sealing === null ? plain : sealed(sealing, length, plain))];
    this.#output.cork();
    const isFull = parts.map((part) => this.#output.write(part)).includes(false);
    this.#output.uncork();
    return isFull && this.#output.writableNeedDrain ? new Promise((resolve) => this.#output.once("drain", resolve)) : Promise.resolve();
  }

  /** The next message; null at the end. Throws where it is forged or torn. */
  async receive(): Promise<Buffer | null> {
    const head = await this.#take(4);
    if (head === null) return null;
    const length = head.readUInt32BE();
    if (length < 2 || length > LONGEST) throw new Error("a packet of an impossible length");
    const opening = this.#opening;
    const body = await this.#take(length + (opening === null ? 0 : TAG));
    if (body === null) throw new Error("the connection ended within a packet");
    const plain = opening === null ? body : opened(opening, head, body);
    const padding = plain.readUInt8();
    if (padding + 1 >= plain.length) throw new Error("a packet of padding alone");
    return plain.subarray(1, plain.length - padding);
  }

  async #take(count: number): Promise<Buffer | null> {
    while (this.#size < count) {
      const next = await this.#input.next();
      if (next.done === true) return null;
      if (!(next.value instanceof Uint8Array)) continue;
      this.#pending.push(Buffer.from(next.value));
      this.#size += next.value.length;
    }
    const all = this.#pending.length === 1 ? (this.#pending[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#pending);
    this.#pending = [all.subarray(count)];
    this.#size -= count;
    return all.subarray(0, count);
  }
}

function sealed({ key, nonce }: DirectionKeys, length: Buffer, plain: readonly Buffer[]): readonly Buffer[] {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(length);
  const bytes = plain.map((part) => cipher.update(part));
  cipher.final();
  count(nonce);
  return [...bytes, cipher.getAuthTag()];
}

function opened({ key, nonce }: DirectionKeys, length: Buffer, body: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG });
  decipher.setAAD(length);
  decipher.setAuthTag(body.subarray(body.length - TAG));
  const bytes = decipher.update(body.subarray(0, body.length - TAG));
  // Throws where it was changed on the way.
  decipher.final();
  count(nonce);
  return bytes;
}

// The last eight bytes are a number that grows with each packet.
function count(nonce: Buffer): void {
  nonce.writeBigUInt64BE(BigInt.asUintN(64, nonce.readBigUInt64BE(4) + 1n), 4);
}
