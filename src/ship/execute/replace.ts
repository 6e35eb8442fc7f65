import { CooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { type ContainerInfo, createContainer, startContainer } from "../../engine/container/container.ts";
import type { ContainerSpec } from "../../engine/container/container-spec.ts";
import { containerLogs } from "../../engine/stream/logs.ts";
import { joinNetwork } from "../../engine/network.ts";
import type { Plan } from "../plan/model.ts";
import { acceptContainer } from "./accept.ts";
import { goBack, removeForGood, rename, stopAndRemove, stopGently } from "./back-and-forward.ts";
import type { BroughtUp, Execution } from "./model.ts";
import { notRestored } from "./recover.ts";
import { beginJournal, type Begin, type ReplaceJournal } from "./replace-journal.ts";

interface Replacing {
  readonly execution: Execution;
  readonly plan: Plan;
  readonly spec: ContainerSpec;
  readonly old: ContainerInfo | null;
  /** Takes back what was prepared for the container, where it was not made. */
  readonly release: () => Promise<void>;
}

/** Makes the planned container in place of the old one, which is kept beside it until the new one is accepted; else all is as before. Throws `rolled-back`, `not-accepted`, `not-restored`. */
export async function replaceContainer(replacing: Replacing): Promise<BroughtUp> {
  const { execution, plan, old } = replacing;
  const { name } = plan.container;
  const mark = execution.randomHex(4);
  const ran = old !== null && (old.state.running || old.state.restarting);
  const begin: Begin = {
    unit: plan.unit,
    name,
    next: `${name}.new-${mark}`,
    previous: `${name}.old-${mark}`,
    old: old === null ? null : { id: old.id, ran },
  };
  const work = new Replacement(replacing, begin, await beginJournal(execution, begin));
  return ran && plan.replacement.strategy === "start-first" ? work.startFirst() : work.stopFirst();
}

class Replacement {
  readonly #execution: Execution;
  readonly #plan: Plan;
  readonly #spec: ContainerSpec;
  readonly #begin: Begin;
  readonly #journal: ReplaceJournal;
  readonly #release: () => Promise<void>;
  #created: string | null = null;
  #stoppedAt: number | null = null;
  #servesSince = 0;

  constructor({ execution, plan, spec, release }: Replacing, begin: Begin, journal: ReplaceJournal) {
    this.#execution = execution;
    this.#plan = plan;
    this.#spec = spec;
    this.#begin = begin;
    this.#journal = journal;
    this.#release = release;
  }

  async stopFirst(): Promise<BroughtUp> {
    const { begin, accepted, id } = await this.#orBack(async () => {
      const made = await this.#create();
      await this.#stopOld();
      await this.#takeName(made);
      return { begin: this.#begin, id: made, accepted: await this.#startAndAccept(made) };
    });
    const gapMs = this.#stoppedAt === null ? 0 : this.#servesSince - this.#stoppedAt;
    await this.#keep();
    await this.#pass("remove-old");
    if (begin.old !== null) await removeForGood(this.#execution.engine, begin.old.id);
    await this.#journal.end();
    return this.#outcome({ id, accepted, gapMs });
  }

  async startFirst(): Promise<BroughtUp> {
    const { id, accepted } = await this.#orBack(async () => {
      const made = await this.#create();
      return { id: made, accepted: await this.#startAndAccept(made) };
    });
    await this.#keep();
    await this.#takeName(id);
    await this.#pass("remove-old");
    if (this.#begin.old !== null) await stopAndRemove(this.#execution.engine, this.#begin.old.id);
    await this.#journal.end();
    return this.#outcome({ id, accepted, gapMs: 0 });
  }

  #pass(step: Parameters<ReplaceJournal["pass"]>[0]): Promise<void> {
    return this.#journal.pass(step, this.#created);
  }

  async #create(): Promise<string> {
    const { engine } = this.#execution;
    await this.#pass("create");
    const id = await createContainer(engine, { ...this.#spec, name: this.#begin.next });
    this.#created = id;
    for (const network of this.#plan.container.networks.slice(1)) await joinNetwork(engine, network.name, { container: id, ...network });
    return id;
  }

  async #stopOld(): Promise<void> {
    const { old } = this.#begin;
    if (old?.ran !== true) return;
    await this.#pass("stop-old");
    this.#stoppedAt = this.#execution.clock();
    await stopGently(this.#execution.engine, old.id);
  }

  async #takeName(id: string): Promise<void> {
    const { engine } = this.#execution;
    const { old, previous, name } = this.#begin;
    await this.#pass("set-aside");
    if (old !== null) await rename(engine, old.id, previous);
    await this.#pass("take-name");
    await rename(engine, id, name);
  }

  async #startAndAccept(id: string): Promise<BroughtUp["accepted"]> {
    const { signal, engine } = this.#execution;
    signal.throwIfAborted();
    await this.#pass("start-new");
    await startContainer(engine, id);
    await this.#pass("accept");
    const judged = await acceptContainer(this.#execution, id, this.#plan);
    if ("by" in judged) {
      this.#servesSince = judged.since;
      return judged.by;
    }
    throw this.#refused(judged.refused, await lastLines(this.#execution, id));
  }

  async #keep(): Promise<void> {
    await this.#pass("keep");
  }

  /** What fails before the new one is accepted leaves what was there before. */
  async #orBack<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      try {
        // On a full disk there is no room for this word, and without it recover goes the same way.
        await this.#pass("go-back").catch(() => undefined);
        await goBack(this.#execution.engine, this.#begin, this.#created);
        if (this.#created === null) await this.#release();
        await this.#journal.end();
      } catch (cause) {
        throw notRestored(this.#begin.name, cause);
      }
      throw this.#execution.signal.aborted || error instanceof RefusedError ? error : this.#refused(messageOf(error), "");
    }
  }

  #refused(why: string, output: string): CooperError {
    const { name, old } = this.#begin;
    const said = output === "" ? "" : `\nThe last of its output:\n${output}`;
    if (old === null) {
      return new RefusedError("not-accepted", `The new ${name} was not accepted: ${why}. It was removed.`, {
        hint: `Mend the image or the settings, then try again.${said}`,
        exit: EXIT.no,
      });
    }
    const back = old.ran ? "The old one is back and runs" : "The old one is kept, stopped as it was";
    return new RefusedError("rolled-back", `The new ${name} was not accepted: ${why}. ${back}.`, {
      hint: `Mend the image or the settings, then try again.${said}`,
      exit: EXIT.rolledBack,
    });
  }

  #outcome({ id, accepted, gapMs }: Pick<BroughtUp, "id" | "accepted" | "gapMs">): BroughtUp {
    const { name, old } = this.#begin;
    return { id, name, did: old?.ran === true ? "replaced" : "started", accepted, gapMs };
  }
}

class RefusedError extends CooperError {}

const LAST_LINES = 40;

async function lastLines({ engine }: Execution, id: string): Promise<string> {
  const bytes = await containerLogs(engine, id, { tail: LAST_LINES }).catch(() => Buffer.alloc(0));
  return bytes.toString("utf8").trimEnd();
}
