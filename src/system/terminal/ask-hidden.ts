import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";

/** Where a person is asked. */
export interface AskedAt {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** Aborted by ^C. */
  readonly signal: AbortSignal;
}

/** The last question at a terminal: one is asked after the other, whoever asks. */
const turns = new WeakMap<ReadStream, Promise<unknown>>();

/** Asks a person at the terminal for a line that is not shown while it is typed; null where there is no terminal, or they end the input. */
export async function askHidden(question: string, at: AskedAt): Promise<string | null> {
  if (!at.input.isTTY || !at.output.isTTY) return null;
  const before = turns.get(at.input) ?? Promise.resolve();
  const asked = before.then(
    () => askNow(question, at),
    () => askNow(question, at),
  );
  turns.set(at.input, asked);
  return asked;
}

async function askNow(question: string, { input, output, signal }: AskedAt): Promise<string | null> {
  signal.throwIfAborted();
  // readline draws what is typed: on this it draws nothing.
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  // Only now: what is typed as soon as the question is seen must not be shown by the terminal itself.
  output.write(`${question}: `);
  try {
    return await new Promise<string | null>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      reader.once("line", resolve);
      reader.once("close", () => resolve(null));
      // The terminal is read key by key: ^C is no signal there. The one that is sent here aborts.
      reader.on("SIGINT", () => void process.kill(process.pid, "SIGINT"));
    });
  } finally {
    reader.close();
    output.write("\n");
  }
}
