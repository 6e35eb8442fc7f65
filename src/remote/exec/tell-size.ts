import { setTimeout as delay } from "node:timers/promises";

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const AGAIN_MS = 50;
const MOST_REFUSALS = 40;

/** Gives what tells a terminal its size: one at a time, so that the last one holds, and again where the engine takes none before the command is there. */
export function sizeTeller(tell: (size: Size) => Promise<void>, isOver: () => boolean): (size: Size) => void {
  let wanted: Size | null = null;
  let isTelling = false;
  const tellAll = async (): Promise<void> => {
    isTelling = true;
    for (let refusals = 0; wanted !== null && refusals < MOST_REFUSALS && !isOver();) {
      const size: Size = wanted;
      const isTold = await tell(size).then(
        () => true,
        () => false,
      );
      if (isTold && wanted === size) wanted = null;
      if (isTold) continue;
      refusals += 1;
      await delay(AGAIN_MS, undefined, { ref: false });
    }
    isTelling = false;
  };
  return (size) => {
    wanted = size;
    if (!isTelling) void tellAll();
  };
}
