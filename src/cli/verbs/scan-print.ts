import type { VerbContext } from "../context.ts";

const AT_ONCE = 256 * 1024;

/** Prints pieces of a report, so many at once that neither calls nor memory are wasted. */
export async function printPieces(context: VerbContext, pieces: Iterable<string>): Promise<void> {
  let held = "";
  for (const piece of pieces) {
    held += piece;
    if (held.length < AT_ONCE) continue;
    await context.print(held);
    held = "";
  }
  if (held !== "") await context.print(held);
}
