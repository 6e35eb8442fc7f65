import { spawnSync } from "node:child_process";
import type { ReadStream, WriteStream } from "node:tty";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The terminal that the user sits at. */
export interface RealTerminal {
  /** 80 × 24 where the output is not a terminal. */
  size(): TerminalSize;
  /** Hears every new size; gives the function that stops it. */
  onResize(listener: (size: TerminalSize) => void): () => void;
  /** Every key goes to the reader and every byte to the screen, unchanged, until `restore` or the end of the process. */
  enterRawMode(): void;
  /** The settings of before; more than once is fine. */
  restore(): void;
}

/** The terminal behind two streams (stdin and stdout); its raw mode does nothing where the input is not a terminal. */
export function openRealTerminal(input: ReadStream, output: WriteStream): RealTerminal {
  return new StreamTerminal(input, output);
}

const ENDING_SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

class StreamTerminal implements RealTerminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  #release: (() => void) | null = null;

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  size(): TerminalSize {
    const { columns, rows } = this.#output;
    return this.#output.isTTY && columns > 0 && rows > 0 ? { columns, rows } : { columns: 80, rows: 24 };
  }

  onResize(listener: (size: TerminalSize) => void): () => void {
    const hear = (): void => listener(this.size());
    this.#output.on("resize", hear);
    return () => void this.#output.off("resize", hear);
  }

  enterRawMode(): void {
    if (this.#release !== null || !this.#input.isTTY) return;
    this.#setRaw();
    this.#release = this.#watchEnding();
  }

  restore(): void {
    if (this.#release === null) return;
    this.#release();
    this.#release = null;
    this.#input.setRawMode(false);
  }

  #setRaw(): void {
    this.#input.setRawMode(true);
    // Node leaves output processing on, which turns the "\n" of a full-screen program into "\r\n".
    spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
  }

  #watchEnding(): () => void {
    const onExit = (): void => this.restore();
    const onContinue = (): void => this.#setRaw();
    const onSignal = (signal: NodeJS.Signals): void => {
      const isOursAlone = process.listenerCount(signal) === 1;
      this.restore();
      if (isOursAlone) process.kill(process.pid, signal);
    };
    process.on("exit", onExit);
    process.on("SIGCONT", onContinue);
    for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
    return () => {
      process.off("exit", onExit);
      process.off("SIGCONT", onContinue);
      for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
    };
  }
}
