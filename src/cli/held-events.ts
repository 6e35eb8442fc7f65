import type { CooperEvent, Emit } from "../base/events.ts";
import type { Progress } from "../terminal/progress.ts";

/** Events that can be held back while the screen belongs to somebody else. */
export interface HeldEvents {
  readonly emit: Emit;
  readonly hold: () => void;
  /** Shows the Findings that came meanwhile, each once. */
  readonly release: () => void;
}

/** Starts passing events on. */
export function holdEvents(progress: Progress): HeldEvents {
  const held = new Map<string, CooperEvent>();
  let isHeld = false;
  const emit = (event: CooperEvent): void => {
    if (!isHeld) progress.emit(event);
    else if (event.kind === "finding") held.set(`${event.finding.code} ${event.finding.message}`, event);
  };
  const hold = (): void => {
    progress.clear();
    isHeld = true;
  };
  const release = (): void => {
    isHeld = false;
    for (const event of held.values()) progress.emit(event);
    held.clear();
  };
  return { emit, hold, release };
}
