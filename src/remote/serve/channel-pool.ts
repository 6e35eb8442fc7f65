import { type Channel, openChannel } from "../exec/channel.ts";
import type { ContainerPlace } from "../exec/running-command.ts";

const IDLE_CHANNELS = 2;
/** A shell that does not wait again has another one in its place soon: who waits for its command hears of the end before. */
const REPLACED_MS = 100;

/** Shells of the container that wait for the next commands, so that a command starts at once. */
export class ChannelPool {
  readonly #place: ContainerPlace;
  #idle: Channel[] = [];
  /** Run a command, or have just run one. */
  readonly #taken = new Set<Channel>();
  #opening = 0;
  #hasShell: boolean | null = null;
  #isClosed = false;

  constructor(place: ContainerPlace) {
    this.#place = place;
  }

  /** Numbers of the shells, as the container has them. */
  get pids(): readonly number[] {
    return [...this.#idle, ...this.#taken].map(({ pid }) => pid);
  }

  /** A waiting shell; null where the container has none. */
  async take(): Promise<Channel | null> {
    if (this.#hasShell === false) return null;
    for (let channel = this.#idle.shift(); channel !== undefined; channel = this.#idle.shift()) {
      if (channel.isOpen) return this.#take(channel);
      channel.close();
    }
    const opened = await openChannel(this.#place, { onOver: (channel) => this.#over(channel) });
    this.#hasShell = opened !== null;
    return opened === null ? null : this.#take(opened);
  }

  /** Makes waiting shells for the next commands; one that cannot be made is asked for when it is needed. */
  refill(): void {
    this.#idle = this.#idle.filter((channel) => channel.isOpen);
    while (this.#hasShell === true && !this.#isClosed && this.#expected < IDLE_CHANNELS) void this.#open();
  }

  /** What new shells find has changed: those of before run no further command. */
  renew(): void {
    for (const channel of this.#idle.splice(0)) channel.close();
    this.#taken.clear();
    this.refill();
  }

  close(): void {
    this.#isClosed = true;
    this.renew();
  }

  get #expected(): number {
    return this.#idle.length + this.#opening + [...this.#taken].filter(({ isEnding }) => isEnding).length;
  }

  #take(channel: Channel): Channel {
    this.#taken.add(channel);
    return channel;
  }

  #over(channel: Channel): void {
    const isOurs = this.#taken.delete(channel);
    if (isOurs && channel.isOpen && !this.#isClosed && this.#expected < IDLE_CHANNELS) this.#idle.push(channel);
    else channel.close();
    if (this.#expected < IDLE_CHANNELS) setTimeout(() => this.refill(), REPLACED_MS).unref();
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    try {
      const channel = await openChannel(this.#place, { onOver: (over) => this.#over(over) });
      if (channel !== null && this.#isClosed) channel.close();
      else if (channel !== null) this.#idle.push(channel);
    } catch {
      // The next command tells why.
    } finally {
      this.#opening -= 1;
    }
  }
}
