import { CooperError } from "../../base/errors.ts";
import { isWithin } from "../../format/compose/path-within.ts";
import type { Mount } from "../../format/compose/mount.ts";

/** The mount that a path of the container is in: the innermost one. */
export function mountOver(path: string, mounts: readonly Mount[]): Mount | null {
  const over = mounts.filter(({ target }) => isWithin(path, target)).toSorted((left, right) => right.target.length - left.target.length);
  return over[0] ?? null;
}

/** The error of a path that nothing outside the container holds. */
export function noMount(path: string, name: string): CooperError {
  return new CooperError("provision-no-mount", `${path} lies below no folder and no named volume of ${name}.`, {
    hint: "Mount something over it, or put the file into the image.",
  });
}
