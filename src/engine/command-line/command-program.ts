import { randomBytes } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { quoteWord } from "../../format/shell/quote.ts";
import { spawnStream, type StreamProcess } from "../../system/process/process.ts";
import type { Target } from "../endpoint/endpoint.ts";
import { sshWay } from "../transport/ssh-stream.ts";
import { FramedOutput, type OutputFrame, WithoutComplaint } from "./strip-output.ts";

/** A command that runs on the engine's machine. */
export interface RunningProgram {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Null where the way to it broke before it had ended. */
  readonly exit: Promise<number | null>;
  kill(): void;
}

export interface ProgramResult {
  readonly exit: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Exit code of an ssh whose connection broke. */
const SSH_BROKE = 255;
const UNFRAMED: OutputFrame = { begin: null, end: null };

/** The program that starts containers, here or on another machine. */
export class CommandProgram {
  /** "nerdctl". */
  readonly name: string;
  readonly #target: Target;

  constructor(target: Target) {
    this.name = target.endpoint.kind === "command" ? target.endpoint.command : "docker";
    this.#target = target;
  }

  /** Starts it with these words. */
  start(words: readonly string[]): RunningProgram {
    return this.#start([this.name, ...words]);
  }

  /** Starts a script of the machine's shell; `words` are $1, $2, … of it, and "$0" is the program. */
  startScript(script: string, words: readonly string[]): RunningProgram {
    return this.#start(["sh", "-c", script, this.name, ...words]);
  }

  /** Starts such a script with a terminal around it. */
  startInTerminal(script: string, words: readonly string[]): RunningProgram {
    const argv = ["sh", "-c", script, this.name, ...words];
    const { endpoint, sshControl, env } = this.#target;
    const line = argv.map(quoteWord).join(" ");
    if (endpoint.kind !== "command" || endpoint.ssh === null) {
      return plain(spawnStream(["script", "-qefc", line, "/dev/null"], { env: { ...env, SHELL: "/bin/sh" } }), UNFRAMED);
    }
    const frame = { begin: word(), end: null };
    // The line that frames the output comes through a terminal, which makes \r\n of its end.
    const way = sshWay(endpoint.ssh, sshControl, ["-tt", "-e", "none"]).filter((one) => one !== "-T");
    return plain(spawnStream([...way, `stty raw -echo; echo ${frame.begin}; exec ${line}`], { env }), frame);
  }

  async run(words: readonly string[], input: Uint8Array | null = null): Promise<ProgramResult> {
    return await finish(this.start(words), input);
  }

  async runScript(script: string, words: readonly string[]): Promise<ProgramResult> {
    return await finish(this.startScript(script, words), null);
  }

  #start(argv: readonly string[]): RunningProgram {
    const { endpoint, sshControl, env } = this.#target;
    if (endpoint.kind !== "command" || endpoint.ssh === null) return plain(spawnStream(argv, { env }), UNFRAMED);
    const frame = { begin: word(), end: word() };
    const line = argv.map(quoteWord).join(" ");
    const there = `echo ${frame.begin}; echo ${frame.begin} >&2; ${line}; printf '${frame.end}%03d' $? >&2`;
    return framed(spawnStream([...sshWay(endpoint.ssh, sshControl), there], { env }), frame);
  }
}

function word(): string {
  return `cooper-${randomBytes(12).toString("hex")}`;
}

function plain(process: StreamProcess, frame: OutputFrame): RunningProgram {
  const { stdin, exit } = process;
  const complaint = new WithoutComplaint();
  const stderr = process.stderr.pipe(complaint);
  const stdout = frame.begin === null ? process.stdout : process.stdout.pipe(new FramedOutput(frame));
  return {
    stdin,
    stdout,
    stderr,
    exit: exit.then((code) => complaint.exitCode ?? (frame.begin !== null && code === SSH_BROKE ? null : code)),
    kill: () => process.kill(),
  };
}

function framed(process: StreamProcess, frame: OutputFrame): RunningProgram {
  const ended = new FramedOutput(frame);
  const complaint = new WithoutComplaint();
  const stderr = process.stderr.pipe(ended).pipe(complaint);
  const stdout = process.stdout.pipe(new FramedOutput({ ...frame, end: null }));
  const exit = process.exit.then(() => complaint.exitCode ?? ended.exitCode);
  return { stdin: process.stdin, stdout, stderr, exit, kill: () => process.kill() };
}

async function finish({ stdin, stdout, stderr, exit }: RunningProgram, input: Uint8Array | null): Promise<ProgramResult> {
  const gather = async (stream: Readable): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of stream) if (part instanceof Buffer) parts.push(part);
    return Buffer.concat(parts);
  };
  stdin.end(input ?? undefined);
  const [out, error] = await Promise.all([gather(stdout), gather(stderr)]);
  return { exit: await exit, stdout: out, stderr: error };
}
