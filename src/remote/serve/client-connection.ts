import { Readable, type Writable } from "node:stream";
import { encodeFrame, type Frame, FrameReader } from "../../format/frames/frames.ts";
import type { LocalSocket } from "../../system/network/local-socket.ts";
import { decodeRequest, type ExecRequest } from "../exec/request.ts";
import type { CommandStreams } from "../exec/running-command.ts";
import { ClientOutput } from "./client-output.ts";

/** What a client asks for. */
export interface ClientHandlers {
  /** Runs a command for the client. */
  run(request: ExecRequest, client: Client): Promise<void>;
  /** Answers a question: JSON in and out. */
  answer(question: unknown): Promise<unknown>;
}

/** The program on the other side of the session's socket that waits for its command. */
export interface Client {
  readonly streams: CommandStreams;
  /** Something was sent to the command. */
  readonly hadInput: boolean;
  /** Nothing will be sent to the command. */
  readonly isWithoutInput: boolean;
  /** Aborted when it goes before its command has ended. */
  readonly gone: AbortSignal;
  onSignal(listener: (name: string) => void): void;
  onResize(listener: (size: { readonly columns: number; readonly rows: number }) => void): void;
  /** The last words: how the command ended. Resolves when they are said. */
  end(exit: number): Promise<void>;
  /** The last words where cooper itself failed. */
  fail(failure: { readonly code: string; readonly message: string; readonly hint: string; readonly exit: number }): Promise<void>;
}

/** So much input a client may send before it is asked for more. */
export const INPUT_WINDOW = 1024 * 1024;

/** The kind of frames that bring what the command reads. */
const INPUT = "I";

/** Serves one connection: one question, or one command. */
export function serveClient(socket: LocalSocket, handlers: ClientHandlers): void {
  const connection = new Connection(socket);
  const reader = new FrameReader(INPUT);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) take(frame, { connection, handlers });
  });
  socket.on("close", () => connection.leave());
  socket.on("end", () => connection.leave());
}

interface Serving {
  readonly connection: Connection;
  readonly handlers: ClientHandlers;
}

function take({ kind, bytes }: Frame, { connection, handlers }: Serving): void {
  if (kind === "J") void answer(bytes, { connection, handlers });
  else if (kind === "Q") {
    const request = decodeRequest(bytes);
    connection.open(request.hasInput);
    void handlers.run(request, connection);
  } else connection.take(kind, bytes);
}

async function answer(bytes: Buffer, { connection, handlers }: Serving): Promise<void> {
  connection.say("j", JSON.stringify(await handlers.answer(parseJson(bytes.toString()))));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

class Connection implements Client {
  readonly #socket: LocalSocket;
  readonly #gone = new AbortController();
  #input: ClientInput | null = null;
  #onSignal: (name: string) => void = () => undefined;
  #onResize: ((size: { readonly columns: number; readonly rows: number }) => void) | null = null;
  /** The size that the terminal got before the command began. */
  #earlySize: { readonly columns: number; readonly rows: number } | null = null;
  #isDone = false;
  readonly #outputs: Writable[] = [];
  /** Signals that came before anybody listened. */
  #early: string[] = [];
  #isListening = false;

  constructor(socket: LocalSocket) {
    this.#socket = socket;
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get streams(): CommandStreams {
    const [stdout, stderr] = [new ClientOutput(this.#socket, "o"), new ClientOutput(this.#socket, "e")];
    this.#outputs.push(stdout, stderr);
    return { stdin: this.#input, stdout, stderr };
  }

  get hadInput(): boolean {
    return this.#input?.hadBytes === true;
  }

  get isWithoutInput(): boolean {
    return this.#input === null || this.#input.isEmpty;
  }

  open(hasInput: boolean): void {
    if (hasInput) this.#input = new ClientInput((bytes) => this.say("c", String(bytes)));
  }

  take(kind: string, bytes: Buffer): void {
    if (kind === INPUT) this.#input?.add(bytes);
    else if (kind === "E") this.#input?.add(null);
    else if (kind === "S" && this.#isListening) this.#onSignal(bytes.toString());
    else if (kind === "S") this.#early.push(bytes.toString());
    else if (kind === "W") this.#resize(bytes.toString());
  }

  onSignal(listener: (name: string) => void): void {
    this.#onSignal = listener;
    this.#isListening = true;
    for (const name of this.#early.splice(0)) listener(name);
  }

  onResize(listener: (size: { readonly columns: number; readonly rows: number }) => void): void {
    this.#onResize = listener;
    if (this.#earlySize !== null) listener(this.#earlySize);
  }

  async end(exit: number): Promise<void> {
    await this.#flush();
    this.say("x", String(exit));
  }

  async fail(failure: { readonly code: string; readonly message: string; readonly hint: string; readonly exit: number }): Promise<void> {
    await this.#flush();
    this.say("f", JSON.stringify(failure));
  }

  // The last words come behind all output.
  async #flush(): Promise<void> {
    await Promise.all(this.#outputs.map((output) => new Promise<void>((resolve) => output.end(() => resolve()))));
  }

  /** The last words, or credit. */
  say(kind: string, text: string): void {
    if (kind !== "c") this.#isDone = true;
    if (!this.#socket.destroyed) this.#socket.write(encodeFrame(kind, text));
    if (kind !== "c") this.#socket.end();
  }

  leave(): void {
    if (!this.#isDone) this.#gone.abort(new Error("the client is gone"));
    this.#input?.add(null);
    this.#socket.end();
  }

  #resize(text: string): void {
    const [columns, rows] = text.split(" ").map(Number);
    if (columns === undefined || rows === undefined || !(columns > 0 && rows > 0)) return;
    if (this.#onResize === null) this.#earlySize = { columns, rows };
    else this.#onResize({ columns, rows });
  }
}

/** What a client sends, as fast as it is read. */
class ClientInput extends Readable {
  readonly #ask: (bytes: number) => void;
  #granted = INPUT_WINDOW;
  #isEnded = false;
  #hadBytes = false;

  constructor(ask: (bytes: number) => void) {
    super({ highWaterMark: 256 * 1024 });
    this.#ask = ask;
  }

  get isEmpty(): boolean {
    return this.#isEnded && !this.#hadBytes;
  }

  get hadBytes(): boolean {
    return this.#hadBytes;
  }

  add(bytes: Buffer | null): void {
    if (this.#isEnded) return;
    this.#isEnded = bytes === null;
    this.#granted -= bytes?.length ?? 0;
    this.#hadBytes ||= (bytes?.length ?? 0) > 0;
    this.push(bytes);
  }

  override _read(): void {
    if (this.#isEnded || this.#granted > INPUT_WINDOW / 2) return;
    const more = INPUT_WINDOW - this.#granted;
    this.#granted += more;
    this.#ask(more);
  }
}
