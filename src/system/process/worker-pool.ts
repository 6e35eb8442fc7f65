import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Answer } from "./worker-thread.ts";

/** Threads that do tasks; `run` waits until one of them is free. */
export interface WorkerPool<Task, Result> {
  /** How many tasks are done at the same time. */
  readonly size: number;
  /** Starts the threads ahead of the first task. */
  start(): void;
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

const MOST_THREADS = 8;
/** Tasks leave much that is short-lived: a small nursery keeps the process small. */
const YOUNG_MB = 24;

/** One thread a processor but the one that hands out the work, each running `program` (which calls `answerTasks`); `work` itself, in this thread, where there is no program. */
export function openWorkerPool<Task, Result>(program: URL | null, work: (task: Task) => Result): WorkerPool<Task, Result> {
  return program === null ? new NoThreads(work) : new Threads(program, Math.min(Math.max(availableParallelism() - 1, 1), MOST_THREADS));
}

class NoThreads<Task, Result> implements WorkerPool<Task, Result> {
  readonly size = 1;
  readonly #work: (task: Task) => Result;

  constructor(work: (task: Task) => Result) {
    this.#work = work;
  }

  start(): void {}

  async run(task: Task): Promise<Result> {
    await setImmediate();
    return this.#work(task);
  }

  async close(): Promise<void> {}
}

interface Waiting<Task, Result> {
  readonly task: Task;
  resolve(result: Result): void;
  reject(error: Error): void;
}

class Threads<Task, Result> implements WorkerPool<Task, Result> {
  readonly size: number;
  readonly #program: URL;
  readonly #all: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Waiting<Task, Result>>();
  #queue: Waiting<Task, Result>[] = [];

  constructor(program: URL, size: number) {
    this.#program = program;
    this.size = size;
  }

  start(): void {
    while (this.#all.length < this.size) this.#idle.push(this.#start());
  }

  run(task: Task): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#all.length < this.size ? this.#start() : undefined);
    const waiting = worker === undefined ? undefined : this.#queue.shift();
    if (worker === undefined || waiting === undefined) return;
    this.#busy.set(worker, waiting);
    worker.postMessage(waiting.task);
  }

  #start(): Worker {
    const worker = new Worker(this.#program, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    worker.on("message", (answer: Answer<Result>) => {
      const waiting = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if ("result" in answer) waiting?.resolve(answer.result);
      else waiting?.reject(new Error(answer.error));
      this.#next();
    });
    worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error("a thread ended")));
    this.#all.push(worker);
    return worker;
  }

  /** A thread that cannot go on (no memory): nothing that waits can be trusted to end. */
  #fail(error: Error): void {
    for (const waiting of [...this.#busy.values(), ...this.#queue]) waiting.reject(error);
    this.#busy.clear();
    this.#queue = [];
  }
}
