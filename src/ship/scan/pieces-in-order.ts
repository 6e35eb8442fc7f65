import type { WorkerPool } from "../../system/process/worker-pool.ts";
import type { EarlyTeller } from "./early-teller.ts";
import type { ScanPiece, ScanTask } from "./scan-part.ts";

const MOST_ENTRIES = 20_000_000;

/** Has the pieces of a container's layer looked at, several at once, and takes what they come to in the pieces' order. */
export class PiecesInOrder {
  readonly #pool: WorkerPool<ScanTask, ScanPiece>;
  readonly #teller: EarlyTeller;
  readonly #running: Promise<ScanPiece>[] = [];
  readonly #done: ScanPiece[] = [];
  #entries = 0;

  constructor(pool: WorkerPool<ScanTask, ScanPiece>, teller: EarlyTeller) {
    this.#pool = pool;
    this.#teller = teller;
  }

  /** Returns when there is room for one more; false when there are so many entries that it must end. */
  async add(task: ScanTask): Promise<boolean> {
    const result = this.#pool.run(task);
    // It is awaited in its turn; until then its error is nobody's.
    result.catch(() => undefined);
    this.#running.push(result);
    if (this.#running.length > this.#pool.size) await this.#take(this.#running.shift());
    return this.#entries < MOST_ENTRIES;
  }

  async end(): Promise<readonly ScanPiece[]> {
    while (this.#running.length > 0) await this.#take(this.#running.shift());
    return this.#done;
  }

  async #take(result: Promise<ScanPiece> | undefined): Promise<void> {
    if (result === undefined) return;
    const piece = await result;
    this.#entries += piece.entries;
    this.#done.push(...(await this.#teller.tell([piece])));
  }
}
