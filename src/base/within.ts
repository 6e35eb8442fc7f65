/**
 * A signal that comes with another one, and when the time is over. (A timeout inside of `AbortSignal.any` may be collected by Node 20 before it comes.)
 */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  const both = new AbortController();
  const end = (reason: unknown): void => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    both.abort(reason);
  };
  const stop = (): void => end(signal.reason);
  const timer = setTimeout(() => end(new DOMException(`it took longer than ${ms / 1000} s`, "TimeoutError")), ms).unref();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return both.signal;
}
