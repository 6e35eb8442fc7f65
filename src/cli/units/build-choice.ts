import type { DraftOptions } from "../../draft/model.ts";
import type { BuildChoice } from "../../record/build-draft.ts";
import { processName } from "../../system/process/process-name.ts";
import type { VerbContext } from "../context.ts";
import type { DraftChoice } from "../words/draft-options.ts";

const OWNER_BYTES = 6;

/** How the Draft is built in this run. */
export function makeBuildChoice(context: VerbContext, choice: DraftChoice, options: DraftOptions): BuildChoice {
  if (choice.verbose === true) context.progress.showOutput();
  return {
    options,
    network: choice.network ?? null,
    timeoutMs: choice.buildTimeout,
    owner: `verify-${context.randomHex(OWNER_BYTES)}${processName()}`,
    signal: context.signal,
    emit: context.progress.emit,
  };
}
