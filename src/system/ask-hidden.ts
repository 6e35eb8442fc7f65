import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";

/** Asks a person at the terminal for a line that is not shown while it is typed; null where there is no terminal, or they end the input. */
export async function askHidden(question: string, input: ReadStream, output: WriteStream): Promise<string | null> {
  if (!input.isTTY || !output.isTTY) return null;
  output.write(`${question}: `);
  // readline draws what is typed: on this it draws nothing.
  const nowhere = new Writable({ write: (_piece, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  try {
    return await new Promise<string | null>((resolve) => {
      reader.once("line", resolve);
      reader.once("close", () => resolve(null));
      reader.once("SIGINT", () => {
        reader.close();
        process.kill(process.pid, "SIGINT");
      });
    });
  } finally {
    reader.close();
    output.write("\n");
  }
}
