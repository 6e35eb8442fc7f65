import { Duplex } from "node:stream";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { quoteWord } from "../../format/shell/quote.ts";
import { spawnStream, type StreamProcess } from "../../system/process/process.ts";
import type { Endpoint, Environment, SshPlace } from "../endpoint/endpoint.ts";

/** Seconds; who shares a connection waits for it elsewhere, and tries anew. */
const SOON = 10;

/** Said before the engine's first byte: what a login prints before it (.bashrc) is not the engine's. */
const GREETING = "cooper-begins-here";
const ANSWER = "HTTP/";
const LONGEST_WELCOME = 65_536;

type SshEndpoint = Extract<Endpoint, { kind: "ssh" }>;

/** The command that joins its stdin and stdout to the engine of another machine, as the docker command itself does. */
export function sshCommand(endpoint: SshEndpoint, control?: string): readonly string[] {
  // ssh joins its words with blanks, and the other side's shell reads them.
  const socket = endpoint.socket === null ? [] : ["--host", quoteWord(`unix://${endpoint.socket}`)];
  return [...sshWay(endpoint, control), "echo", `${GREETING};`, "exec", "docker", ...socket, "system", "dial-stdio"];
}

/** A command for the other side's shell, whose output is what `behindGreeting` gives. */
export function withGreeting(command: string): string {
  return `echo ${GREETING}; ${command}`;
}

/** What a command of `withGreeting` printed itself. */
export function behindGreeting(text: string): string {
  const at = text.indexOf(`${GREETING}\n`);
  return at === -1 ? text : text.slice(at + GREETING.length + 1);
}

/** The words of ssh for a machine, with more options before its name; `control` is the socket of one that is connected. */
export function sshWay({ host, port, user }: SshPlace, control: string | undefined, options: readonly string[] = []): readonly string[] {
  const login = user === null ? [] : ["-l", user];
  const at = port === null ? [] : ["-p", String(port)];
  const shared = control === undefined ? [] : ["-S", control, "-o", "ControlMaster=no"];
  const limit = ["-o", "BatchMode=yes", "-o", `ConnectTimeout=${control === undefined ? 30 : SOON}`];
  return ["ssh", ...limit, "-T", ...shared, ...options, ...login, ...at, "--", host];
}

/** Whether a process says a line of its own within that time, among whatever a login prints. */
export function saysLine({ stdout, exit }: StreamProcess, line: string, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let text = "";
    const settle = (is: boolean): void => {
      clearTimeout(timer);
      resolve(is);
    };
    const timer = setTimeout(() => settle(false), withinMs);
    stdout.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-10_000);
      if (`\n${text}`.includes(`\n${line}\n`)) settle(true);
    });
    const ended = (): void => settle(false);
    exit.then(ended, ended);
  });
}

/** What is thrown where this machine has no ssh. */
export function sshMissing(host: string): CooperError {
  return new CooperError("ssh-missing", `ssh, by which ${host} is reached, is not installed`, {
    hint: "Install it (apt-get install openssh-client), or put its folder into PATH.",
    exit: EXIT.engine,
  });
}

/** True for a connection that was ended by the way to the engine, not by the engine: what came over it may not be all. */
export function isBrokenOff(stream: Duplex): boolean {
  return stream instanceof ProcessStream && stream.isBrokenOff;
}

/** Exit codes of ssh that lost its connection, and of one that was killed. */
const BROKEN_OFF: ReadonlySet<number> = new Set([255, 128]);

/** What ssh says, without the returns of a terminal and the frame around a warning. */
export function sshWords(said: string): string {
  const lines = said.split(/\r?\n/);
  return lines
    .filter((line) => !/^@.*@$/.test(line))
    .join("\n")
    .trim();
}

/** A connection through a process's stdin and stdout. Its end without a word is an error with what the process said on stderr. */
export class ProcessStream extends Duplex {
  readonly #process: StreamProcess;
  #complaint = "";
  #hasSpoken = false;
  #exit: number | null = null;
  /** What came before the engine's first byte; null behind it. */
  #before: Buffer | null = Buffer.alloc(0);

  constructor(argv: readonly string[], env: Environment) {
    super({ allowHalfOpen: false });
    this.#process = spawnStream(argv, { env });
    this.#listen();
  }

  get isBrokenOff(): boolean {
    return this.#exit !== null && BROKEN_OFF.has(this.#exit);
  }

  #listen(): void {
    const { stdout, stderr, exit, stdin } = this.#process;
    stderr.on("data", (chunk: Buffer) => (this.#complaint = (this.#complaint + chunk.toString()).slice(-2000)));
    stdout.on("data", (chunk: Buffer) => {
      const bytes = this.#behindGreeting(chunk);
      if (bytes.length === 0) return;
      this.#hasSpoken = true;
      if (!this.push(bytes)) stdout.pause();
    });
    stdin.on("error", () => undefined);
    const ended = (code: number): void => this.#ended(code);
    exit.then(ended, (error: Error) => this.destroy(error));
  }

  // A key that may only run what its server says brings no greeting: then the engine's answer is the first word.
  #behindGreeting(chunk: Buffer): Buffer {
    if (this.#before === null) return chunk;
    const all = Buffer.concat([this.#before, chunk]);
    const at = all.indexOf(`${GREETING}\n`);
    if (at === -1 && !all.toString("latin1", 0, ANSWER.length).startsWith(ANSWER)) {
      this.#before = all.subarray(-LONGEST_WELCOME);
      return Buffer.alloc(0);
    }
    this.#before = null;
    return at === -1 ? all : all.subarray(at + GREETING.length + 1);
  }

  #ended(code: number): void {
    this.#exit = code;
    if (code === 0 || this.#hasSpoken) this.push(null);
    else this.destroy(sshFailed(sshWords(this.#complaint), code));
  }

  override _read(): void {
    this.#process.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#process.stdin.destroyed) done();
    else this.#process.stdin.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    // Not its callback: that one does not come when the process has ended.
    this.#process.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#process.kill();
    done(error);
  }

  // node:http asks its sockets for these.
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}

function sshFailed(complaint: string, code: number): Error {
  return new Error(complaint === "" ? `ssh ended with exit code ${code}` : complaint);
}
