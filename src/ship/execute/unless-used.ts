import { isCooperError } from "../../base/errors.ts";

const USED = ["network-in-use", "container-conflict", "image-in-use", "volume-in-use", "engine-refused"];

/** Waits for a removal; false where somebody else uses what was to go. */
export async function unlessUsed(removal: Promise<void>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (isCooperError(error) && USED.includes(error.code)) return false;
    throw error;
  }
}
