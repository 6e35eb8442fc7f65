import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { errorCode } from "./files.ts";

/** Looks whether files can be made at places that a user named, before there is something to write; throws `report-not-written`. */
export async function checkPlaces(places: readonly string[]): Promise<void> {
  for (const place of places) await writingTo(place, () => access(dirname(place), constants.W_OK | constants.X_OK));
}

/** Does what writes to a place that a user named; throws `report-not-written` when the system refuses. */
export async function writingTo<T>(place: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (errorCode(cause) === "" || cause instanceof CooperError) throw cause;
    throw new CooperError("report-not-written", `${place} cannot be written (${errorCode(cause)}).`, {
      hint: "Name a place in a folder that is there, that you may write to, and that has room.",
      where: { file: place },
      cause,
    });
  }
}
