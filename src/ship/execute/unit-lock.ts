import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import { type ProcessLock, takeLock } from "../../system/store/process-lock.ts";
import type { Execution } from "./model.ts";

/** The proof that nobody else works on a unit. */
export interface UnitLock {
  readonly unit: string;
}

type Waiting = Pick<Execution, "state" | "emit" | "signal" | "clock">;

const PAUSE_MS = 250;
const WITHIN_MS = 60_000;

/** Runs `use` while no other cooper of this machine works on the unit at this engine; throws `unit-locked` when another does for long. */
export async function withUnitLock<T>(
  execution: Waiting,
  { unit, purpose }: { readonly unit: string; readonly purpose: string },
  use: (lock: UnitLock) => Promise<T>,
): Promise<T> {
  const lock = await waitForLock(execution, unit, purpose);
  try {
    return await use({ unit });
  } finally {
    await lock.release();
  }
}

async function waitForLock({ state, emit, signal, clock }: Waiting, unit: string, purpose: string): Promise<ProcessLock> {
  const deadline = clock() + WITHIN_MS;
  await makePrivateFolder(dirname(state.lock(unit)));
  for (let isSaid = false; ; isSaid = true) {
    const lock = await takeLock(state.lock(unit), purpose);
    if (lock.isHeld) return lock;
    const what = `process ${lock.pid} (cooper ${lock.purpose}) works on ${unit}`;
    if (clock() > deadline) {
      throw new CooperError("unit-locked", `${what}, and has not ended within ${WITHIN_MS / 1000} s.`, {
        hint: "Wait for it, or end it and run `cooper recover`.",
        where: { file: lock.file },
        exit: EXIT.incomplete,
      });
    }
    if (!isSaid) emit({ kind: "progress", text: `waiting: ${what}` });
    await wait(PAUSE_MS, undefined, { signal });
  }
}
