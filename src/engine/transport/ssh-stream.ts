import { Duplex } from "node:stream";
import { spawnStream, type StreamProcess } from "../../system/process.ts";
import type { Endpoint, Environment } from "../endpoint/endpoint.ts";

type SshEndpoint = Extract<Endpoint, { kind: "ssh" }>;

/** The command that joins its stdin and stdout to the engine of another machine, as the docker command itself does. */
export function sshCommand(endpoint: SshEndpoint, control?: string): readonly string[] {
  const user = endpoint.user === null ? [] : ["-l", endpoint.user];
  const port = endpoint.port === null ? [] : ["-p", String(endpoint.port)];
  const socket = endpoint.socket === null ? [] : ["--host", quoteForSsh(`unix://${endpoint.socket}`)];
  const shared = control === undefined ? [] : ["-S", control, "-o", "ControlMaster=no"];
  const way = ["-o", "ConnectTimeout=30", "-T", ...shared, ...user, ...port];
  return ["ssh", ...way, "--", endpoint.host, "docker", ...socket, "system", "dial-stdio"];
}

// ssh joins its arguments with blanks and gives them to the other side's shell.
function quoteForSsh(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A connection through a process's stdin and stdout. Its end without a word is an error with what the process said on stderr. */
export class ProcessStream extends Duplex {
  readonly #process: StreamProcess;
  #complaint = "";
  #hasSpoken = false;

  constructor(argv: readonly string[], env: Environment) {
    super({ allowHalfOpen: false });
    this.#process = spawnStream(argv, { env });
    this.#listen();
  }

  #listen(): void {
    const { stdout, stderr, exit, stdin } = this.#process;
    stderr.on("data", (chunk: Buffer) => (this.#complaint = (this.#complaint + chunk.toString()).slice(-2000)));
    stdout.on("data", (chunk: Buffer) => {
      this.#hasSpoken = true;
      if (!this.push(chunk)) stdout.pause();
    });
    stdin.on("error", () => undefined);
    const ended = (code: number): void => this.#ended(code);
    exit.then(ended, (error: Error) => this.destroy(error));
  }

  #ended(code: number): void {
    if (code === 0 || this.#hasSpoken) this.push(null);
    else this.destroy(sshFailed(this.#complaint.trim(), code));
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
