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
  try {
    for await (const { stream, bytes } of demultiplex(output)) if (stream === "stdout") yield bytes;
  } finally {
    output.destroy();
  }
}
