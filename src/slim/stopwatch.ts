/** Seconds per phase; `lap` gives the time since the last lap to a phase. */
export interface Stopwatch {
  readonly laps: Readonly<Record<string, number>>;
  lap(phase: string): void;
}

/** Starts a stopwatch. */
export function startStopwatch(): Stopwatch {
  const laps: Record<string, number> = {};
  let last = performance.now();
  return {
    laps,
    lap(phase) {
      const now = performance.now();
      laps[phase] = (laps[phase] ?? 0) + (now - last) / 1000;
      last = now;
    },
  };
}
