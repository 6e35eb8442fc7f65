import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";

interface Deadline {
  /** The user's own stop. */
  readonly signal: AbortSignal;
  readonly withinMs: number;
  /** What is waited for: "the engine to export the container". */
  readonly waitsFor: string;
}

/** Runs `act` with a signal that also ends it when the time is over. Throws `deadline-passed` then. */
export async function withDeadline<T>({ signal, withinMs, waitsFor }: Deadline, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(withinMs);
  try {
    return await act(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (!timeout.aborted || signal.aborted) throw error;
    throw new CooperError("deadline-passed", `waited ${Math.round(withinMs / 1000)} seconds for ${waitsFor}`, {
      hint: "The engine may be overloaded or stuck: see whether `docker ps` answers, then try again.",
      exit: EXIT.deadline,
      cause: error,
    });
  }
}
