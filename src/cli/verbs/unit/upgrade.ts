import type { VerbContext } from "../../context.ts";
import { type BuildOptions, goUnits } from "./build.ts";

/** `cooper upgrade`: builds, tests, promotes, and replaces what runs; the old one comes back where the new one is not accepted. */
export function upgrade(context: VerbContext, words: readonly string[], options: BuildOptions): Promise<number> {
  return goUnits(context, words, { ...options, purpose: "upgrade", isReplaced: true });
}
