import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { type PacketValue, STATUS } from "../../format/sftp/packet.ts";
import type { LinkState, OpenServer } from "./model.ts";
import { type Asked, failed, SftpLink } from "./sftp-link.ts";
import { within } from "../../base/within.ts";

export interface KeeperOptions {
  readonly openServer: OpenServer;
  readonly deadlineMs: number;
  readonly onState: (state: LinkState, reason: string) => void;
}

const AGAIN_AFTER_MS = 300;
const LONGEST_PAUSE_MS = 2_000;
const OPEN_WITHIN_MS = 30_000;
const CLOSED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** Keeps a connection to the server: opens it anew when it ended or is silent, and lets nobody wait longer than the deadline. */
export class LinkKeeper {
  readonly #options: KeeperOptions;
  readonly #closed = new AbortController();
  #link: SftpLink | null = null;
  /** Since when nothing answers; null: it answers. */
  #brokenAt: number | null = null;
  #healing: Promise<void> | null = null;
  #linked: (() => void)[] = [];
  #watch: NodeJS.Timeout | null = null;
  /** Counts the connections: what was opened on an earlier one is lost. */
  generation = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Opens the first connection; throws when there is none within the deadline for opening. */
  async start(): Promise<void> {
    this.#adopt(await this.#open());
    this.#watch = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  get roundTripMs(): number {
    return this.#link?.roundTripMs ?? 0;
  }

  get backlog(): number {
    return this.#link === null || this.#brokenAt !== null ? 0 : this.#link.backlog;
  }

  has(extension: string): boolean {
    return this.#link?.has(extension) ?? false;
  }

  /** Asks at once where the link answers; else waits for it, within the deadline counted from the break. */
  ask(type: number, values: readonly PacketValue[], raw?: Buffer): Asked {
    const link = this.#link;
    if (link === null || this.#brokenAt !== null) return this.#askLater(type, values, raw);
    return link.ask(type, values, raw);
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("unmounted"));
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#link?.end("unmounted");
    this.#wake();
    // A server that is just being opened is closed again: nothing of it may be left behind.
    await Promise.race([this.#healing, delay(CLOSED_WITHIN_MS, undefined, { ref: false })]);
  }

  #askLater(type: number, values: readonly PacketValue[], raw?: Buffer): Asked {
    const asked = this.#whenLinked().then((isLinked) => (isLinked ? this.ask(type, values, raw) : null));
    return {
      answer: asked.then((later) => later?.answer ?? failed(STATUS.other)),
      truth: asked.then((later) => later?.truth ?? null),
    };
  }

  async #whenLinked(): Promise<boolean> {
    const left = (this.#brokenAt ?? performance.now()) + this.#options.deadlineMs - performance.now();
    if (left <= 0 || this.#closed.signal.aborted) return false;
    await Promise.race([new Promise<void>((resolve) => this.#linked.push(resolve)), delay(left, undefined, { ref: false })]);
    return this.#link !== null && this.#brokenAt === null;
  }

  /** A link that owes answers and is silent is broken; what waits is told, and a new one is tried beside it. */
  #look(): void {
    const link = this.#link;
    if (link === null || !link.isSilentFor(this.#options.deadlineMs)) return;
    link.giveUpWaiting();
    this.#break(performance.now() - this.#options.deadlineMs, `no answer for ${this.#options.deadlineMs / 1000} s`);
  }

  #break(at: number, reason: string): void {
    if (this.#closed.signal.aborted) return;
    if (this.#brokenAt === null) this.#options.onState("broken", reason);
    this.#brokenAt = Math.min(this.#brokenAt ?? at, at);
    this.#healing ??= this.#heal().finally(() => (this.#healing = null));
  }

  async #heal(): Promise<void> {
    for (
      let pause = AGAIN_AFTER_MS;
      this.#brokenAt !== null && !this.#closed.signal.aborted;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        const link = await this.#open();
        // The old one may have come to life again while this one was opened: what is open there counts.
        if (this.#brokenAt === null || this.#closed.signal.aborted) link.end("not needed");
        else this.#adopt(link);
      } catch {
        await delay(pause, undefined, { ref: false, signal: this.#closed.signal }).catch(() => undefined);
      }
    }
  }

  async #open(): Promise<SftpLink> {
    const signal = within(OPEN_WITHIN_MS, this.#closed.signal);
    return SftpLink.open(await this.#options.openServer(signal), signal);
  }

  #adopt(link: SftpLink): void {
    const old = this.#link;
    this.#link = link;
    this.generation += 1;
    link.generation = this.generation;
    link.onEnd = (reason) => {
      if (this.#link !== link) return;
      this.#link = null;
      this.#break(performance.now(), reason);
    };
    link.onHeard = () => {
      if (this.#link === link && this.#brokenAt !== null) this.#mend("it answers again");
    };
    old?.end("replaced");
    this.#mend("connected");
  }

  #mend(reason: string): void {
    if (this.#brokenAt !== null) this.#options.onState("linked", reason);
    this.#brokenAt = null;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#linked) resolve();
    this.#linked = [];
  }
}
