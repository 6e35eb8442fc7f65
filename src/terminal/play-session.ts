import { setTimeout as wait } from "node:timers/promises";
import type { Cast } from "../format/cast/cast.ts";

interface PlayOptions {
  /** 2 plays twice as fast. */
  readonly speed: number;
  readonly print: (text: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Waiting longer than this is cut short. */
const MOST_IDLE_MS = 2000;
/** Colours off, cursor shown, main screen, keys and mouse as usual: whatever the recording ended in the middle of. */
const RESET = "\u001b[0m\u001b[?25h\u001b[?1049l\u001b[?1l\u001b[?1000l\u001b[?1002l\u001b[?1006l\u001b[?2004l";

/** Plays a recorded terminal in its own rhythm. */
export async function playSession(cast: Cast, { speed, print, signal }: PlayOptions): Promise<void> {
  let at = 0;
  try {
    for (const event of cast.events) {
      const pause = Math.min(Math.max(event.at - at, 0), MOST_IDLE_MS) / speed;
      at = event.at;
      if (pause >= 1) await wait(pause, undefined, { signal });
      if (event.kind === "output") await print(event.data);
    }
  } finally {
    await print(`${RESET}\r\n`);
  }
}
