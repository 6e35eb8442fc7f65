import { type Channel, openChannel } from "../exec/channel.ts";
import type { ContainerPlace } from "../exec/running-command.ts";

const IDLE_CHANNELS = 2;

/** Shells of the container that wait for the next commands, so that a command starts at once. */
export class ChannelPool {
  readonly #place: ContainerPlace;
  #idle: Channel[] = [];
  #opening = 0;
  #hasShell: boolean | null = null;
  #isClosed = false;

  constructor(place: ContainerPlace) {
    this.#place = place;
  }

  /** Numbers of the waiting shells, as the container has them. */
  get pids(): readonly number[] {
    return this.#idle.map(({ pid }) => pid);
  }

  /** A waiting shell; null where the container has none. */
  async take(): Promise<Channel | null> {
    if (this.#hasShell === false) return null;
    for (let channel = this.#idle.shift(); channel !== undefined; channel = this.#idle.shift()) {
      if (channel.isOpen) return channel;
      channel.close();
    }
    const opened = await openChannel(this.#place);
    this.#hasShell = opened !== null;
    return opened;
  }

  /** Makes waiting shells for the next commands; one that cannot be made is asked for when it is needed. */
  refill(): void {
    this.#idle = this.#idle.filter((channel) => channel.isOpen);
    while (this.#hasShell === true && !this.#isClosed && this.#idle.length + this.#opening < IDLE_CHANNELS) void this.#open();
  }

  /** The container was started anew: nothing of before counts. */
  reset(): void {
    for (const channel of this.#idle.splice(0)) channel.close();
    this.#hasShell = null;
  }

  close(): void {
    this.#isClosed = true;
    this.reset();
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    try {
      const channel = await openChannel(this.#place);
      if (channel !== null && this.#isClosed) channel.close();
      else if (channel !== null) this.#idle.push(channel);
    } catch {
      // The next command tells why.
    } finally {
      this.#opening -= 1;
    }
  }
}
