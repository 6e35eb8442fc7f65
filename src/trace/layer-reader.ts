import { availableParallelism } from "node:os";
import { type Frame, FrameReader } from "../format/frames/frames.ts";
import { spawnStream, type StreamProcess } from "../system/process/process.ts";

/** What is read of a tree: attributes alone; all names with the contents of small files; all names, and how those begin that look like programs. */
export type ReadWay = "attributes" | "contents" | "names";

/** Gets a piece of a tree's records; the next one comes when that is done. False: no more is wanted. */
export type TakeRecords = (records: Uint8Array) => Promise<boolean>;

/** Reads trees on this machine with the sensor, which follows no link; `trusted.*` are there only for a process that has CAP_SYS_ADMIN. */
export interface LayerReader {
  /** How many trees are read at the same time. */
  readonly size: number;
  /** Null when all was handed on; else why not. */
  read(way: ReadWay, folder: string, take: TakeRecords): Promise<string | null>;
  close(): void;
}

/** So many frames are held; then the sensor waits. */
const HELD = 4;
const LETTERS: Readonly<Record<ReadWay, string>> = { attributes: "A", contents: "C", names: "Q" };

/** One sensor a processor, each started when it is needed. */
export function openLayerReader(program: string): LayerReader {
  return new Sensors(program, Math.min(availableParallelism(), 8));
}

class Sensors implements LayerReader {
  readonly size: number;
  readonly #program: string;
  readonly #idle: Sensor[] = [];
  readonly #all = new Set<Sensor>();
  readonly #waiting: (() => void)[] = [];

  constructor(program: string, size: number) {
    this.#program = program;
    this.size = size;
  }

  async read(way: ReadWay, folder: string, take: TakeRecords): Promise<string | null> {
    while (this.#idle.length === 0 && this.#all.size >= this.size) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const sensor = this.#idle.pop() ?? this.#start();
    let isWhole = false;
    try {
      const why = await sensor.read(`${LETTERS[way]}${folder}\0`, take);
      isWhole = why === null;
      return why;
    } finally {
      if (isWhole) this.#idle.push(sensor);
      else this.#end(sensor);
      this.#waiting.shift()?.();
    }
  }

  close(): void {
    for (const sensor of this.#all) this.#end(sensor);
  }

  #start(): Sensor {
    const sensor = new Sensor(this.#program);
    this.#all.add(sensor);
    return sensor;
  }

  #end(sensor: Sensor): void {
    this.#all.delete(sensor);
    sensor.end();
  }
}

class Sensor {
  readonly #process: StreamProcess;
  readonly #frames: Frame[] = [];
  #said = "";
  #isEnded = false;
  #wake: (() => void) | null = null;

  constructor(program: string) {
    this.#process = spawnStream([program, "layers"]);
    const reader = new FrameReader();
    const { stdout, stderr } = this.#process;
    stdout.on("data", (chunk: Buffer) => {
      this.#frames.push(...reader.push(chunk));
      if (this.#frames.length >= HELD) stdout.pause();
      this.#wake?.();
    });
    stderr.on("data", (chunk: Buffer) => void (this.#said += chunk.toString()));
    const end = (): void => {
      this.#isEnded = true;
      this.#wake?.();
    };
    stdout.on("close", end);
    this.#process.exit.catch(end);
  }

  async read(question: string, take: TakeRecords): Promise<string | null> {
    this.#process.stdin.write(question);
    for (let frame = await this.#next(); frame !== null; frame = await this.#next()) {
      if (frame.kind === ".") return null;
      if (!(await take(new Uint8Array(frame.bytes)))) return "it is too much";
    }
    const exit = await this.#process.exit.catch(() => null);
    return this.#said.trim() || (exit === null ? "the sensor cannot run" : `the sensor ended with ${exit}`);
  }

  end(): void {
    this.#process.kill("SIGKILL");
  }

  async #next(): Promise<Frame | null> {
    while (this.#frames.length === 0 && !this.#isEnded) {
      this.#process.stdout.resume();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#frames.shift() ?? null;
  }
}
