import type { Duplex } from "node:stream";
import { demultiplex } from "../../engine/stream/demultiplex.ts";
import { createExec, startExec } from "../../engine/stream/exec.ts";
import type { Engine } from "../../engine/open-engine.ts";

/** A program of the container, which gets `input`; as root, with the same words and times everywhere. */
export interface ContainerProgram {
  readonly argv: readonly string[];
  readonly input: Uint8Array;
}

/** What it prints. How it ended is not asked: that would be one more question to an engine that is far away. */
export async function* outputInContainer(
  engine: Engine,
  containerId: string,
  { argv, input }: ContainerProgram,
): AsyncGenerator<Buffer, void, void> {
  const execId = await createExec(engine, containerId, { argv, tty: false, user: "0", env: ["TZ=UTC0", "LC_ALL=C"] });
  const output = await startExec(engine, execId, { tty: false });
  output.end(input);
  // What has the program's name in the container may be anything.
  let silent = silence(output);
  try {
    for await (const { stream, bytes } of demultiplex(output)) {
      clearTimeout(silent);
      if (stream === "stdout") yield bytes;
      silent = silence(output);
    }
  } finally {
    clearTimeout(silent);
    output.destroy();
  }
}

const SILENT_MS = 300_000;

function silence(output: Duplex): NodeJS.Timeout {
  return setTimeout(() => output.destroy(new Error(`it said nothing for ${SILENT_MS / 1000} s`)), SILENT_MS);
}
