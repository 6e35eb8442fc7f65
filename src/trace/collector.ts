import type { Engine } from "../engine/open-engine.ts";
import { Answers } from "./answers.ts";
import { type Helper, type HelperSpec, startHelper } from "./side-container.ts";
import { SENSOR_FOLDER } from "./sensor-folder.ts";

const EQUALS = 61;
const FORGED = Buffer.from("#forged\t1");

/** The helper that takes the records of the sensors in traced containers: what has arrived there no traced program can reach. */
export class Collector {
  readonly #helper: Helper;
  readonly #answers = new Answers();
  readonly #records: Buffer[] = [];
  /** What was seen to work with the helper's capabilities: to follow a program by "notify" or "ptrace", to hear others by "fanotify", to be told by "tracepoint". */
  readonly ways = new Set<string>();

  private constructor(helper: Helper) {
    this.#helper = helper;
    void this.#hear().then(
      () => this.#answers.end(null),
      (error: unknown) => this.#answers.end(error),
    );
  }

  /** Starts one; throws what the engine says when it will not have it. */
  static async start(
    engine: Engine,
    spec: Omit<HelperSpec, "argv"> & { readonly isUnprivileged: boolean; readonly prepare: (id: string) => Promise<void> },
  ): Promise<Collector> {
    const argv = ["collect", SENSOR_FOLDER, ...(spec.isUnprivileged ? ["--unprivileged"] : [])];
    const collector = new Collector(await startHelper(engine, { ...spec, argv }, spec.prepare));
    try {
      await collector.#answers.wait("ready ");
      return collector;
    } catch (error) {
      await collector.remove();
      throw error;
    }
  }

  /** Of its container. */
  get id(): string {
    return this.#helper.id;
  }

  /** Opens the socket that one sensor will call. */
  listen(name: string): Promise<void> {
    return this.#ask(`listen ${name}`, `listening ${name}`);
  }

  /** Settles when it hears all that is done in the container of the sensor that calls there. */
  hearing(name: string): Promise<void> {
    return this.#answers.wait(`heard ${name}`);
  }

  /** Lets a program begin that waits for somebody to watch it. */
  letGo(name: string): Promise<void> {
    return this.#ask(`go ${name}`, `gone ${name}`);
  }

  /** All records up to now, NUL after each. */
  async take(): Promise<Buffer> {
    await this.#ask("dump", "dumped ");
    return Buffer.concat(this.#records.flatMap((record) => [record, Buffer.of(0)]));
  }

  remove(): Promise<void> {
    return this.#helper.remove();
  }

  async #ask(order: string, answer: string): Promise<void> {
    const heard = this.#answers.wait(answer);
    this.#helper.order(order);
    await heard;
  }

  async #hear(): Promise<void> {
    for await (const record of this.#helper.records()) {
      const [word = "", name = ""] = record[0] === EQUALS ? record.toString("latin1", 1).split("\t") : [];
      if (word === "") this.#records.push(record);
      else if (word === "way") this.ways.add(name);
      else if (word === "intruder") this.#records.push(FORGED);
      else this.#answers.hear(`${word} ${name}`);
    }
  }
}
