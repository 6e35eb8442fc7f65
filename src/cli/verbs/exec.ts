import { CooperError } from "../../base/errors.ts";
import type { VerbContext } from "../context.ts";

/** `cooper exec`. */
export function exec(_context: VerbContext, _words: readonly string[], _options: object): Promise<number> {
  throw new CooperError("exec-missing", "exec is not there yet");
}
