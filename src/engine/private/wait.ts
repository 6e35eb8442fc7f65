/** Asks again and again until the answer is not null; null when the time is over or the signal is aborted. */
export async function waitFor<T>(
  ask: () => Promise<T | null>,
  options: { readonly withinMs: number; readonly everyMs?: number; readonly signal?: AbortSignal | undefined },
): Promise<T | null> {
  const deadline = Date.now() + options.withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline || options.signal?.aborted === true) return null;
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 100));
  }
}
