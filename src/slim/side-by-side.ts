/** Does two things at once. When one fails the other is told to stop, and both have cleaned up before the first failure is thrown. */
export async function sideBySide<A, B>(
  signal: AbortSignal,
  first: (signal: AbortSignal) => Promise<A>,
  second: (signal: AbortSignal) => Promise<B>,
): Promise<readonly [A, B]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];
  const watch = async <T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await act(either);
    } catch (error) {
      failures.push(error);
      stop.abort(error);
      throw error;
    }
  };
  const [a, b] = await Promise.allSettled([watch(first), watch(second)]);
  if (a.status === "fulfilled" && b.status === "fulfilled") return [a.value, b.value];
  throw failures[0];
}
