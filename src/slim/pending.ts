/** Cleaning up that goes on beside the work; it must be over before the work is. */
export class Pending {
  #works: Promise<void>[] = [];

  add(work: Promise<void>): void {
    // It is heard of in `done`; until then nobody listens.
    work.catch(() => undefined);
    this.#works.push(work);
  }

  /** Waits for all of it; throws the first failure. */
  async done(): Promise<void> {
    const works = this.#works;
    this.#works = [];
    const ends = await Promise.allSettled(works);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }
}
