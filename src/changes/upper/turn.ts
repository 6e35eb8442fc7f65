import { setImmediate } from "node:timers/promises";

/** A stretch of work, after which others (the user's terminal) get their turn. */
export interface Turn {
  isOver(): boolean;
  /** Lets the others go on; then the next stretch begins. */
  next(): Promise<void>;
}

const TURN_MS = 8;

/** The first stretch begins. */
export function startTurn(): Turn {
  let endsAt = performance.now() + TURN_MS;
  return {
    isOver: () => performance.now() > endsAt,
    next: async () => {
      await setImmediate();
      endsAt = performance.now() + TURN_MS;
    },
  };
}
