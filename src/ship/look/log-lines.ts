import { StringDecoder } from "node:string_decoder";
import type { Frame } from "../../engine/stream/demultiplex.ts";
import { followLogs, type LogRequest } from "../../engine/stream/follow-logs.ts";
import type { Engine } from "../../engine/open-engine.ts";

export interface LogLine {
  readonly stream: Frame["stream"];
  /** Without its line feed. */
  readonly text: string;
}

/** A line that does not end is given out in pieces of so many characters. */
const LONGEST = 65_536;

/** What a container wrote, line by line; the last one also where it has not ended. */
export async function* logLines(engine: Engine, id: string, request: LogRequest): AsyncGenerator<LogLine, void, undefined> {
  const held = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  for await (const { stream, bytes } of followLogs(engine, id, request)) {
    for (const text of held[stream].push(bytes)) yield { stream, text };
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const text = held[stream].end();
    if (text !== "") yield { stream, text };
  }
}

class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  push(bytes: Buffer): readonly string[] {
    const lines = (this.#rest + this.#decoder.write(bytes)).split("\n");
    const last = lines.pop() ?? "";
    this.#rest = last.length > LONGEST ? "" : last;
    const whole = lines.map((line) => line.replace(/\r$/u, ""));
    return last.length > LONGEST ? [...whole, last] : whole;
  }

  end(): string {
    return (this.#rest + this.#decoder.end()).replace(/\r$/u, "");
  }
}
