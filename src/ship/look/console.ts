import type { Readable, Writable } from "node:stream";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { JoinedTerminal } from "../../capture/command/terminal-exec.ts";
import { attachContainer } from "../../engine/stream/attach.ts";
import { inspectContainer, resizeContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";

interface Console {
  readonly engine: Engine;
  readonly id: string;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly terminal: JoinedTerminal;
  readonly onStart: () => void;
  readonly signal: AbortSignal;
}

/** Joins the terminal of a container's first process until that ends, or the keys ^P ^Q are typed; throws `console-missing` where it has none. */
export async function openConsole({ engine, id, stdin, stdout, terminal, onStart, signal }: Console): Promise<void> {
  const { tty, name } = await inspectContainer(engine, id);
  if (!tty) {
    throw new CooperError("console-missing", `The first process of ${name} has no terminal.`, {
      hint: `Read what it writes: cooper logs -f ${name}. Settings give it a terminal with tty: true and stdin_open: true.`,
      exit: EXIT.cooperFailed,
    });
  }
  const stream = await attachContainer(engine, id, { signal });
  const resize = (size: { readonly columns: number; readonly rows: number }): void => {
    void resizeContainer(engine, id, size).catch(() => undefined);
  };
  const stopResize = terminal.onResize(resize);
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  onStart();
  resize(terminal.size());
  stdin.pipe(stream);
  try {
    await new Promise<void>((resolve) => {
      stream.on("data", (chunk: Buffer) => stdout.write(chunk));
      for (const event of ["end", "close", "error"]) stream.once(event, () => resolve());
    });
  } finally {
    signal.removeEventListener("abort", stop);
    stopResize();
    stdin.unpipe(stream);
    stdin.pause();
    stream.destroy();
  }
}
