import type { Acceptance } from "../format/acceptance/acceptance.ts";
import { writeDraft } from "./assemble/write-draft.ts";
import type { Draft, DraftInput } from "./model.ts";
import { selectSteps } from "./select/select-steps.ts";
import { makeAcceptance } from "./service/acceptance.ts";
import { findService } from "./service/find-service.ts";
import { readTimeline } from "./timeline/read-timeline.ts";

/** Makes a Dockerfile with its context of a History, and what the built image must then do. */
export function makeDraft(input: DraftInput): Draft & { readonly acceptance: Acceptance } {
  const timeline = readTimeline(input.history, input.base);
  const selection = selectSteps(input, timeline);
  const service = findService(input, timeline, selection);
  const acceptance = makeAcceptance(input, timeline, service);
  return { ...writeDraft(input, { timeline, selection, service }), acceptance };
}
