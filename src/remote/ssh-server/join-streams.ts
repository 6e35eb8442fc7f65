import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Channel } from "./channel.ts";
import type { Joined } from "./model.ts";

/** Passes on what both sides send, until the far side has ended or the client goes; each side's end is told to the other. */
export async function join(channel: Channel, { input, output }: Joined): Promise<void> {
  input.on("error", () => undefined);
  channel.stdin.pipe(input);
  const stop = (): void => void output.destroy();
  channel.signal.addEventListener("abort", stop, { once: true });
  try {
    await passAll(output, channel);
  } finally {
    channel.signal.removeEventListener("abort", stop);
    channel.stdin.destroy();
    input.end();
  }
}

async function passAll(output: Readable, channel: Channel): Promise<void> {
  output.pipe(channel.stdout, { end: false });
  await finished(output, { writable: false }).catch(() => undefined);
}
