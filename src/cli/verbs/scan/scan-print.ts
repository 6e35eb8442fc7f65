import type { VerbContext } from "../../context.ts";

const AT_ONCE = 256 * 1024;

/** Prints pieces of a report, so many at once that neither calls nor memory are wasted. */
export async function printPieces({ print }: Pick<VerbContext, "print">, pieces: Iterable<string>): Promise<void> {
  let held = "";
  for (const piece of pieces) {
    held += piece;
    if (held.length < AT_ONCE) continue;
    await print(held);
    held = "";
  }
  if (held !== "") await print(held);
}
