import type { Engine } from "../engine/open-engine.ts";
import { Answers } from "./answers.ts";
import { type Helper, type HelperSpec, startHelper } from "./side-container.ts";

/** What the watcher needs: to mark a mount (SYS_ADMIN), to look at the processes and their root (SYS_PTRACE), to open what it is told of. */
const CAPABILITIES = ["SYS_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH"];
const EQUALS = 61;

/** The helper that hears what is opened, executed and written in a running container, without a part in it. */
export class Watching {
  readonly #helper: Helper;
  readonly #answers = new Answers();
  readonly #ended: Promise<void>;
  #records: Buffer[] = [];
  #taken: readonly Buffer[] = [];
  #hasEnded = false;

  private constructor(helper: Helper) {
    this.#helper = helper;
    this.#ended = this.#hear().then(
      () => this.#answers.end(null),
      (error: unknown) => this.#answers.end(error),
    );
  }

  /** True once it watches no longer: with the processes that it watched, or because somebody ended it. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Starts it beside a container; throws what the engine or the kernel says when it cannot. */
  static async start(
    engine: Engine,
    spec: Pick<HelperSpec, "image" | "volume" | "run"> & {
      readonly container: string;
      /** Where the collector listens: it reads what is heard in the watcher's stead, also when the watched processes have ended, and it with them. */
      readonly socket?: string;
      /** Puts the sensor into the volume where it is not there yet. */
      readonly prepare?: (id: string) => Promise<void>;
    },
  ): Promise<Watching> {
    const argv = ["watch", ...(spec.socket === undefined ? [] : ["--socket", spec.socket])];
    const helper = { ...spec, argv, capabilities: CAPABILITIES, securityOptions: [], joined: spec.container };
    const watching = new Watching(await startHelper(engine, helper, spec.prepare));
    try {
      await watching.#answers.wait("watching");
      return watching;
    } catch (error) {
      await watching.remove();
      throw error;
    }
  }

  /** All records since the last time, or the beginning: what was done before the call is in them. */
  async take(): Promise<readonly Buffer[]> {
    try {
      const took = this.#answers.wait("took");
      this.#helper.order("take");
      await took;
    } catch {
      // It ended with the processes it watched: what it had said is there.
      this.#hasEnded = true;
      this.#put();
    }
    return this.#taken;
  }

  async remove(): Promise<void> {
    await this.#helper.remove();
    await this.#ended;
  }

  #put(): void {
    this.#taken = this.#records;
    this.#records = [];
  }

  async #hear(): Promise<void> {
    for await (const record of this.#helper.records()) {
      if (record[0] !== EQUALS) {
        this.#records.push(record);
        continue;
      }
      this.#put();
      this.#answers.hear(record.toString("latin1", 1));
    }
  }
}
