import { setTimeout as delay } from "node:timers/promises";
import { CooperError, isCooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { pathExists, removeTree } from "../../system/file/files.ts";
import { sshMissing, sshWords } from "../../engine/transport/ssh-stream.ts";
import { runProcess, spawnStream, type StreamProcess } from "../../system/process/process.ts";
import { type Link, WatchedLink } from "./link.ts";

export interface MasterOptions {
  /** "ssh://user@host:port" */
  readonly host: string;
  /** Where other ssh commands find it (ControlPath). */
  readonly socket: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** After so long without an answer the network is dead. */
  readonly deadlineMs: number;
}

/** An ssh that is connected and lets others share its connection. */
export interface SshMaster {
  readonly socket: string;
  readonly link: Link;
  /** Makes a socket of this machine lead to one over there, also when the connection was made again; false where it does not. */
  forward(local: string, there: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Each second one question; the first without an answer is counted a second after it. */
const ALIVE_SECONDS = 1;
const CONNECT_SECONDS = 20;
/** A machine that does not answer is soon tried anew: the first packets of a connection are repeated ever more rarely. */
const RECONNECT_SECONDS = 8;
const LOOK_MS = 50;
const AGAIN_MS = 500;
/** A stopped master takes no order. */
const ORDER_MS = 10_000;
const LEAVES_MS = 5_000;

/** The words of ssh for the machine of an address, with options before it. */
export function sshTo(host: string, options: readonly string[]): readonly string[] {
  const url = new URL(host);
  const user = url.username === "" ? [] : ["-l", decodeURIComponent(url.username)];
  const port = url.port === "" ? [] : ["-p", url.port];
  return ["ssh", ...options, ...user, ...port, "--", url.hostname.replace(/^\[(.*)\]$/u, "$1")];
}

/** Connects with the user's own ssh, and again when the connection breaks. Throws `ssh-failed` with what ssh says. */
export async function openMaster(options: MasterOptions): Promise<SshMaster> {
  const master = new Master(options);
  await master.open();
  return master;
}

class Master implements SshMaster {
  readonly socket: string;
  readonly link = new WatchedLink();
  readonly #options: MasterOptions;
  #process: StreamProcess | null = null;
  #isClosed = false;
  #forwards: readonly { readonly local: string; readonly there: string }[] = [];

  constructor(options: MasterOptions) {
    this.socket = options.socket;
    this.#options = options;
  }

  async open(seconds = CONNECT_SECONDS): Promise<void> {
    await this.#removeLeft();
    if (this.#isClosed) return;
    const started = this.#start(seconds);
    const complaint = { text: "" };
    started.stderr.on("data", (chunk: Buffer) => (complaint.text = (complaint.text + chunk.toString()).slice(-2_000)));
    let exit: number | null = null;
    const ended = started.exit.then((code) => (exit = code));
    ended.catch(() => (exit = EXIT.notFound));
    while (!(await this.#answers())) {
      if (exit !== null) throw await whyEnded(this.#options.host, started, sshWords(complaint.text));
      this.#options.signal.throwIfAborted();
      await delay(LOOK_MS);
    }
    this.link.set(true);
    void started.exit.then(() => this.#again()).catch(() => undefined);
  }

  async forward(local: string, there: string): Promise<boolean> {
    await removeTree(local);
    const isMade = await this.#order("forward", ["-L", `${local}:${there}`]);
    if (isMade) this.#forwards = [...this.#forwards, { local, there }];
    return isMade;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#process?.kill();
    for (const { local } of this.#forwards) await removeTree(local);
  }

  #start(seconds: number): StreamProcess {
    const { host, socket, env, deadlineMs } = this.#options;
    const wishes = {
      BatchMode: "yes",
      ControlPersist: "no",
      ServerAliveInterval: ALIVE_SECONDS,
      ServerAliveCountMax: Math.max(1, Math.round(deadlineMs / 1_000) - ALIVE_SECONDS),
      ConnectTimeout: seconds,
      // What a master that was killed left is in the way of the next one.
      StreamLocalBindUnlink: "yes",
    };
    const forwards = this.#forwards.flatMap(({ local, there }) => ["-L", `${local}:${there}`]);
    const options = [...Object.entries(wishes).flatMap(([name, value]) => ["-o", `${name}=${value}`]), ...forwards];
    this.#process = spawnStream(sshTo(host, ["-M", "-N", "-T", "-S", socket, ...options]), { env });
    this.#process.stdin.end();
    return this.#process;
  }

  /** A master that was killed leaves its socket; one whose process was killed goes on. */
  async #removeLeft(): Promise<void> {
    if (await this.#order("exit")) {
      // It removes its socket itself, and not that of its successor.
      for (const until = Date.now() + LEAVES_MS; Date.now() < until && (await pathExists(this.socket));) await delay(LOOK_MS);
    }
    await removeTree(this.socket);
  }

  #answers(): Promise<boolean> {
    return this.#order("check");
  }

  /** Whether a master took it. */
  async #order(command: string, options: readonly string[] = []): Promise<boolean> {
    const { host, socket, env } = this.#options;
    if (!(await pathExists(socket))) return false;
    const told = await runProcess(sshTo(host, ["-S", socket, "-O", command, ...options]), { env, timeoutMs: ORDER_MS }).catch(() => null);
    return told?.exit === 0;
  }

  async #again(): Promise<void> {
    this.link.set(false);
    while (!this.#isClosed) {
      await delay(AGAIN_MS, undefined, { ref: false });
      if (this.#isClosed) return;
      const failed = await this.open(RECONNECT_SECONDS).then(
        () => false,
        () => true,
      );
      if (!failed) return;
    }
  }
}

async function whyEnded(host: string, { exit }: StreamProcess, complaint: string): Promise<unknown> {
  return await exit.then(
    (code) => sshFailed(host, complaint, code),
    (error: unknown) => (isCooperError(error) && error.code === "program-not-found" ? sshMissing(host) : error),
  );
}

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    "The machine's key is not the one that is known. If that is right: ssh-keygen -R HOST, then `ssh HOST` once.",
  ],
  [
    /permission denied/i,
    "The key is not accepted, or asks for a password that nobody can type here: ssh-add, then see that `ssh HOST true` asks nothing.",
  ],
  [
    /could not resolve|no route|timed out|refused/i,
    "The machine does not answer there: see `ssh HOST true` and the Host's lines in ~/.ssh/config.",
  ],
];

function sshFailed(host: string, complaint: string, exit: number): CooperError {
  const hint = REMEDIES.find(([pattern]) => pattern.test(complaint))?.[1] ?? "See that `ssh HOST true` works without a question.";
  const what = complaint === "" ? `ssh ended with exit code ${exit}` : complaint;
  return new CooperError("ssh-failed", `${host} cannot be reached: ${what}`, { hint, exit: EXIT.engine });
}
