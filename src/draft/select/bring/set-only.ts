import type { PathChange } from "../../../format/tree/entry.ts";

/** Only mode or owner of a file were set, whose content was not kept, for it is as it was. */
export function isSetOnly({ kind, before, after, kept }: PathChange): boolean {
  return (kind === "remoded" || kind === "reowned") && before?.type === "file" && after?.type === "file" && !kept && after.size !== 0;
}
