import type { Readable, Writable } from "node:stream";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { encodeFrame, type Frame, FrameReader } from "../../format/frames/frames.ts";
import type { LocalSocket } from "../../system/network/local-socket.ts";
import type { RealTerminal } from "../../system/terminal/terminal.ts";
import { encodeRequest, type ExecRequest } from "../exec/request.ts";
import { passOn } from "../exec/running-command.ts";
import { INPUT_WINDOW } from "../serve/client-connection.ts";
import { failureFromText } from "./reach-session.ts";

export interface ClientEnds {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** For a command with a terminal. */
  readonly terminal: RealTerminal | null;
  /** Hears the signals that the person sends; gives what stops it. */
  readonly onSignal: (listener: (name: string) => void) => () => void;
}

/** Kinds of frames that bring what the command writes. */
const OUTPUTS = "oe";
/** What a pipe without a reader ends a program with. */
const BROKEN_PIPE = 141;

/** Has the session's process run a command joined to these streams; gives its exit code. Throws what the process failed with. */
export async function runClient(socket: LocalSocket, request: ExecRequest, ends: ClientEnds): Promise<number> {
  const client = new ExecClient(socket, ends);
  socket.write(encodeFrame("Q", encodeRequest(request)));
  return await client.run(request.hasInput);
}

class ExecClient {
  readonly #socket: LocalSocket;
  readonly #ends: ClientEnds;
  #credit = INPUT_WINDOW;
  #isPipeBroken = false;
  #unwritten: CooperError | null = null;

  constructor(socket: LocalSocket, ends: ClientEnds) {
    this.#socket = socket;
    this.#ends = ends;
  }

  async run(hasInput: boolean): Promise<number> {
    const { terminal, stdin } = this.#ends;
    const stops = [this.#ends.onSignal((name) => this.#send("S", name)), this.#watchOutputs()];
    if (terminal !== null) {
      stops.push(terminal.onResize(({ columns, rows }) => this.#send("W", `${columns} ${rows}`)));
      terminal.enterRawMode();
    }
    if (hasInput) stops.push(this.#passInput());
    try {
      const exit = await this.#listen();
      await this.#flush();
      if (this.#unwritten !== null) throw this.#unwritten;
      return exit;
    } finally {
      for (const stop of stops) stop();
      terminal?.restore();
      stdin.pause();
      this.#socket.destroy();
    }
  }

  #send(kind: string, bytes: Uint8Array | string = ""): void {
    if (!this.#socket.destroyed) this.#socket.write(encodeFrame(kind, bytes));
  }

  #passInput(): () => void {
    const { stdin } = this.#ends;
    const onData = (chunk: Buffer): void => {
      this.#credit -= chunk.length;
      this.#send("I", chunk);
      if (this.#credit <= 0) stdin.pause();
    };
    const onEnd = (): void => this.#send("E");
    stdin.on("data", onData);
    stdin.once("end", onEnd);
    stdin.once("error", onEnd);
    return () => {
      stdin.off("data", onData);
      stdin.off("end", onEnd);
    };
  }

  // Who reads the output may leave first (head): the command ends as it would at home.
  #watchOutputs(): () => void {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code !== "EPIPE") this.#unwritten ??= notWritten(error);
      this.#isPipeBroken = true;
      this.#send("S", "SIGPIPE");
    };
    for (const output of [this.#ends.stdout, this.#ends.stderr]) output.on("error", onError);
    return () => undefined;
  }

  async #listen(): Promise<number> {
    const reader = new FrameReader(OUTPUTS);
    for await (const chunk of this.#socket) {
      if (!(chunk instanceof Buffer)) continue;
      for (const frame of reader.push(chunk)) {
        const exit = await this.#take(frame);
        if (exit !== null) return this.#isPipeBroken && exit === 0 ? BROKEN_PIPE : exit;
      }
    }
    throw gone();
  }

  // This process ends with the exit code: what a slow reader has not taken by then would be lost.
  async #flush(): Promise<void> {
    const { stdout, stderr } = this.#ends;
    if (this.#isPipeBroken) return;
    await Promise.all([stdout, stderr].map((output) => new Promise<void>((resolve) => output.write("", () => resolve()))));
  }

  async #take({ kind, bytes }: Frame): Promise<number | null> {
    const { stdout, stderr, stdin } = this.#ends;
    if (kind === "o") await this.#write(stdout, bytes);
    else if (kind === "e") await this.#write(stderr, bytes);
    else if (kind === "c") {
      this.#credit += Number(bytes.toString());
      if (this.#credit > 0) stdin.resume();
    } else if (kind === "f") throw failureFromText(bytes.toString());
    else if (kind === "x") return Number(bytes.toString());
    return null;
  }

  async #write(target: Writable, bytes: Buffer): Promise<void> {
    if (!this.#isPipeBroken) await passOn(target, bytes);
  }
}

function notWritten(error: Error): CooperError {
  return new CooperError("output-failed", `the command's output cannot be written: ${error.message}`, {
    hint: "Make room, or send it elsewhere; the command was told to end.",
    exit: EXIT.cooperFailed,
  });
}

function gone(): CooperError {
  return new CooperError("session-gone", "the session's process went away before the command ended", {
    hint: "What the command still does is ended when the process starts again, with the next command. See: cooper dev doctor",
    exit: EXIT.cooperFailed,
  });
}
