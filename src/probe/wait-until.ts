import { setTimeout as wait } from "node:timers/promises";

interface WaitOptions {
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** Asks again and again, less and less often, until the answer is not null or the time is over (null). */
export async function waitUntil<T>(ask: () => Promise<T | null>, { withinMs, signal }: WaitOptions): Promise<T | null> {
  const deadline = performance.now() + withinMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== null || performance.now() >= deadline) return answer;
    await wait(pause, undefined, { signal });
  }
}
