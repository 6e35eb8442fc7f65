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
  const acceptance = withoutFiles(makeAcceptance(input, timeline, service), new Set(selection.secretPaths));
  return { ...writeDraft(input, { timeline, selection, service }), acceptance };
}

/** A secret is in no image, so that nothing is asked of its file. */
function withoutFiles(acceptance: Acceptance, paths: ReadonlySet<string>): Acceptance {
  return { ...acceptance, files: acceptance.files.filter(({ path }) => !paths.has(path)) };
}
