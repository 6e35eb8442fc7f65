import type { KeyObject } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { field, MESSAGE, message, SshReader, uint32 } from "../../format/ssh/wire.ts";
import { Channel, LARGEST_PACKET, WINDOW } from "./channel.ts";
import { join } from "./join-streams.ts";
import { exchangeKeys, type ExchangedKeys, missingAlgorithm, serverInit } from "./key-exchange.ts";
import type { SshServices } from "./model.ts";
import { PacketStream } from "./packet-stream.ts";
import { refusal, SessionChannel } from "./session-channel.ts";

export interface SshServer {
  readonly input: Readable;
  readonly output: Writable;
  /** Ed25519, private. */
  readonly hostKey: KeyObject;
  readonly services: SshServices;
}

const GREETING = "SSH-2.0-cooper";
const ADMINISTRATIVELY_REFUSED = "not possible here";

/**
 * Serves one SSH client over a pair of streams until it leaves. The streams are private to the user whose process it is, so nobody has to say who he
 * is; the encryption is there because the protocol knows no connection without.
 */
export async function serveSsh(server: SshServer): Promise<void> {
  await new Connection(server).serve();
}

class Connection {
  readonly #server: SshServer;
  readonly #packets: PacketStream;
  readonly #channels = new Map<number, { readonly channel: Channel; readonly peer: number; readonly session: SessionChannel | null }>();
  #lastChannel = -1;
  #greetings = { clientGreeting: "", serverGreeting: GREETING };
  #inits: { readonly clientInit: Buffer; readonly serverInit: Buffer } | null = null;
  #ownInit: Buffer | null = null;
  #keys: ExchangedKeys | null = null;
  #sessionId: Buffer | null = null;
  /** Other messages wait while keys are exchanged. */
  #gate: Promise<void> = Promise.resolve();
  #openGate: () => void = () => undefined;

  constructor(server: SshServer) {
    this.#server = server;
    this.#packets = new PacketStream(server.input, server.output);
  }

  async serve(): Promise<void> {
    this.#packets.writeLine(GREETING);
    this.#greetings = { ...this.#greetings, clientGreeting: await this.#packets.readGreeting() };
    this.#beginExchange();
    try {
      for (let packet = await this.#packets.receive(); packet !== null; packet = await this.#packets.receive()) {
        if (packet[0] === MESSAGE.disconnect) return;
        this.#take(packet);
      }
    } finally {
      for (const { channel } of this.#channels.values()) channel.drop();
      this.#openGate();
    }
  }

  #take(packet: Buffer): void {
    const reader = new SshReader(packet);
    const kind = reader.byte();
    if (kind === MESSAGE.keyExchangeInit) this.#takeInit(packet);
    else if (kind === MESSAGE.exchangeInit) this.#exchange(reader.bytes());
    else if (kind === MESSAGE.newKeys) this.#useKeys();
    else if (kind === MESSAGE.serviceRequest) this.#send(message(MESSAGE.serviceAccept, field(reader.text())));
    else if (kind === MESSAGE.authRequest) this.#send(message(MESSAGE.authSuccess));
    else if (kind === MESSAGE.globalRequest) this.#refuseGlobal(reader);
    else if (kind === MESSAGE.channelOpen) this.#open(reader);
    else if (kind >= MESSAGE.windowAdjust && kind <= MESSAGE.channelRequest) this.#pass(kind, reader);
  }

  #send(payload: Buffer): void {
    void this.#sendInTurn(payload);
  }

  async #sendInTurn(payload: Buffer): Promise<void> {
    await this.#gate;
    await this.#packets.send(payload);
  }

  #beginExchange(): void {
    this.#gate = new Promise((resolve) => (this.#openGate = resolve));
    this.#ownInit = serverInit();
    void this.#packets.send(this.#ownInit);
  }

  #takeInit(clientInit: Buffer): void {
    const missing = missingAlgorithm(clientInit);
    if (missing !== null) throw new Error(`the client does not offer ${missing}`);
    if (this.#ownInit === null) this.#beginExchange();
    if (this.#ownInit !== null) this.#inits = { clientInit: Buffer.from(clientInit), serverInit: this.#ownInit };
  }

  #exchange(clientHalf: Buffer): void {
    if (this.#inits === null) throw new Error("a key comes before its algorithm");
    const opening = { ...this.#greetings, ...this.#inits };
    this.#keys = exchangeKeys(opening, clientHalf, { hostKey: this.#server.hostKey, sessionId: this.#sessionId });
    this.#sessionId = this.#keys.sessionId;
    void this.#packets.send(this.#keys.reply);
    void this.#packets.send(message(MESSAGE.newKeys));
    this.#packets.seal(this.#keys.toClient);
    [this.#inits, this.#ownInit] = [null, null];
    this.#openGate();
  }

  #useKeys(): void {
    if (this.#keys === null) throw new Error("keys are used before they are agreed on");
    this.#packets.open(this.#keys.toServer);
    this.#keys = null;
  }

  #refuseGlobal(reader: SshReader): void {
    reader.text();
    if (reader.boolean()) this.#send(message(MESSAGE.requestFailure));
  }

  #open(reader: SshReader): void {
    const kind = reader.text();
    const [peer, window, largest] = [reader.uint32(), reader.uint32(), reader.uint32()];
    if (this.#sessionId === null || (kind !== "session" && kind !== "direct-tcpip")) {
      this.#send(refusal(peer, ADMINISTRATIVELY_REFUSED));
      return;
    }
    const channel = new Channel({ peer, window, largest, send: (payload) => this.#sendInTurn(payload) });
    if (kind === "session")
      this.#confirm(channel, peer, new SessionChannel(channel, this.#server.services, (payload) => this.#sendInTurn(payload)));
    else void this.#connect(channel, peer, { host: reader.text(), port: reader.uint32() });
  }

  #confirm(channel: Channel, peer: number, session: SessionChannel | null): void {
    this.#lastChannel += 1;
    this.#channels.set(this.#lastChannel, { channel, peer, session });
    this.#send(message(MESSAGE.channelOpened, uint32(peer), uint32(this.#lastChannel), uint32(WINDOW), uint32(LARGEST_PACKET)));
  }

  async #connect(channel: Channel, peer: number, target: { readonly host: string; readonly port: number }): Promise<void> {
    const joined = await this.#server.services.connect(target, channel.signal).catch((error: unknown) => {
      this.#send(refusal(peer, error instanceof Error ? error.message : String(error)));
      return null;
    });
    if (joined === null) return;
    this.#confirm(channel, peer, null);
    await join(channel, joined).finally(() => joined.close());
    await channel.finish(null);
  }

  #pass(kind: number, reader: SshReader): void {
    const number = reader.uint32();
    const found = this.#channels.get(number);
    if (found === undefined) return;
    if (kind === MESSAGE.channelRequest) found.session?.request(reader, found.peer);
    else found.channel.take(kind, reader);
    if (kind === MESSAGE.close) this.#channels.delete(number);
  }
}
