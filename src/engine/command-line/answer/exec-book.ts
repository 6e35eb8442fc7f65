import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { CommandProgram, RunningProgram } from "../command-program.ts";
import { type ExecWish, execWords, IN_TERMINAL } from "../words/exec-words.ts";
import { Refusal } from "./answer.ts";
import { carryFramed, carryTerminal } from "./carry.ts";

/** Known to run, but not by which number. */
export const UNKNOWN_PID = -1;
const STAY = 4_096;

interface Entry {
  readonly wish: ExecWish;
  state: "made" | "running" | "ended" | "lost";
  exitCode: number | null;
  /** The terminal's name on the engine's machine. */
  terminal: Promise<string> | null;
  size: Size | null;
  /** Who waits for the size. */
  onSize: () => void;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Clients tell the size behind the start. */
const SIZE_WITHIN_MS = 1_000;

function nothing(): void {}

/** The commands in containers that were asked for. */
export class ExecBook {
  readonly #program: CommandProgram;
  readonly #entries = new Map<string, Entry>();

  constructor(program: CommandProgram) {
    this.#program = program;
  }

  make(wish: ExecWish): string {
    const id = randomBytes(32).toString("hex");
    this.#entries.set(id, { wish, state: "made", exitCode: null, terminal: null, size: null, onSize: nothing });
    for (const [old, { state }] of this.#entries) if (this.#entries.size > STAY && state === "ended") this.#entries.delete(old);
    return id;
  }

  /** Runs it with the connection for its streams. */
  start(id: string, open: () => Duplex): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Refusal(404, `No such exec instance: ${id}`);
    entry.state = "running";
    const words = execWords(entry.wish);
    if (entry.wish.tty) {
      void this.#startInTerminal(entry, words, open());
      return;
    }
    const running = this.#program.start(words);
    void this.#await(entry, running);
    carryFramed(open(), running, entry.wish.stdin);
  }

  async #startInTerminal(entry: Entry, words: readonly string[], stream: Duplex): Promise<void> {
    await new Promise<void>((resolve) => {
      entry.onSize = resolve;
      setTimeout(resolve, SIZE_WITHIN_MS);
    });
    if (stream.destroyed) {
      entry.state = "ended";
      return;
    }
    const { columns, rows } = entry.size ?? { columns: 0, rows: 0 };
    const running = this.#program.startInTerminal(IN_TERMINAL, [String(columns), String(rows), ...words]);
    void this.#await(entry, running);
    entry.terminal = carryTerminal(stream, running);
  }

  /**
   * What became of it. One that nobody here knows was another process's; one whose connection broke may run still: of neither is said that it has ended,
   * for then nobody would end it.
   */
  inspect(id: string): { readonly Running: boolean; readonly ExitCode: number | null; readonly Pid: number } {
    const entry = this.#entries.get(id);
    if (entry?.state === "ended") return { Running: false, ExitCode: entry.exitCode, Pid: 0 };
    if (entry?.state === "made") return { Running: false, ExitCode: null, Pid: 0 };
    return { Running: true, ExitCode: null, Pid: UNKNOWN_PID };
  }

  async resize(id: string, columns: number, rows: number): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.size = { columns, rows };
    entry.onSize();
    const terminal = await entry.terminal;
    if (terminal === null || !/^\/dev\/[\w/]+$/u.test(terminal)) return;
    await this.#program.runScript('stty -F "$1" cols "$2" rows "$3"', [terminal, String(columns), String(rows)]);
  }

  async #await(entry: Entry, { exit }: RunningProgram): Promise<void> {
    const code = await exit.catch(() => 127);
    entry.exitCode = code;
    entry.state = code === null ? "lost" : "ended";
  }
}
