import { field, MESSAGE, message, type SshReader, uint32 } from "../../format/ssh/wire.ts";
import type { Channel } from "./channel.ts";
import { join } from "./join-streams.ts";
import type { CommandEnds, SshCommand, SshServices } from "./model.ts";

type Size = { readonly columns: number; readonly rows: number };

/** A channel that runs one command, a shell, or the file server. */
export class SessionChannel {
  readonly #channel: Channel;
  readonly #services: SshServices;
  readonly #answer: (payload: Buffer) => Promise<void>;
  readonly #env: Buffer[] = [];
  #terminal: SshCommand["terminal"] = null;
  #isStarted = false;
  #onSignal: (name: string) => void = () => undefined;
  #onResize: (size: Size) => void = () => undefined;

  constructor(channel: Channel, services: SshServices, answer: (payload: Buffer) => Promise<void>) {
    this.#channel = channel;
    this.#services = services;
    this.#answer = answer;
  }

  /** Takes a request of the client: what to run and how, or what becomes of it. `peer` is the channel's number with the client. */
  request(reader: SshReader, peer: number): void {
    const kind = reader.text();
    const wantsAnswer = reader.boolean();
    const isTaken = this.#take(kind, reader);
    if (wantsAnswer) void this.#answer(message(isTaken ? MESSAGE.channelSuccess : MESSAGE.channelFailure, uint32(peer)));
  }

  #take(kind: string, reader: SshReader): boolean {
    if (kind === "env") this.#env.push(Buffer.concat([reader.bytes(), Buffer.from("="), reader.bytes()]));
    else if (kind === "pty-req") {
      const name = reader.text();
      this.#terminal = { kind: name, ...sizeOf(reader) };
    } else if (kind === "window-change") this.#onResize(sizeOf(reader));
    else if (kind === "signal") this.#onSignal(`SIG${reader.text()}`);
    else if (kind === "shell") return this.#start(() => this.#run(null));
    else if (kind === "exec") {
      const text = Buffer.from(reader.bytes());
      return this.#start(() => this.#run(text));
    } else if (kind === "subsystem" && reader.text() === "sftp") return this.#start(() => this.#serveFiles());
    else return false;
    return true;
  }

  #start(begin: () => Promise<number | null>): boolean {
    if (this.#isStarted) return false;
    this.#isStarted = true;
    // After the answer to the request.
    setImmediate(() => {
      void begin()
        .catch((error: unknown) => this.#complain(error))
        .then((exit) => this.#channel.finish(exit));
    });
    return true;
  }

  #run(text: Buffer | null): Promise<number> {
    const { stdin, stdout, stderr, signal } = this.#channel;
    const ends: CommandEnds = {
      stdin,
      stdout,
      stderr,
      signal,
      onSignal: (listener) => {
        this.#onSignal = listener;
        return () => (this.#onSignal = () => undefined);
      },
      onResize: (listener) => {
        this.#onResize = listener;
        return () => (this.#onResize = () => undefined);
      },
    };
    return this.#services.run({ text, env: this.#env, terminal: this.#terminal }, ends);
  }

  async #serveFiles(): Promise<number> {
    const files = await this.#services.openFiles(this.#channel.signal);
    try {
      await join(this.#channel, files);
    } finally {
      await files.close();
    }
    return 0;
  }

  #complain(error: unknown): number {
    this.#channel.stderr.write(`cooper: ${error instanceof Error ? error.message : String(error)}\r\n`);
    return 255;
  }
}

function sizeOf(reader: SshReader): Size {
  const columns = reader.uint32();
  return { columns, rows: reader.uint32() };
}

/** The message that refuses a channel. */
export function refusal(peer: number, why: string): Buffer {
  return message(MESSAGE.channelOpenFailed, uint32(peer), uint32(2), field(why), field(""));
}
