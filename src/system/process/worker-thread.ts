import { parentPort } from "node:worker_threads";
import { messageOf } from "../../base/errors.ts";

/** What a thread gives back for one task. */
export type Answer<Result> = { readonly result: Result } | { readonly error: string };

/** Answers the tasks that the main thread sends, one at a time, until the process ends. */
export function answerTasks<Task, Result>(work: (task: Task) => Result): void {
  parentPort?.on("message", (task: Task) => {
    parentPort?.postMessage(answerOf(() => work(task)));
  });
}

function answerOf<Result>(work: () => Result): Answer<Result> {
  try {
    return { result: work() };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : messageOf(error) };
  }
}
