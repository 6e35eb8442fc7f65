import type { Draft, DraftInput, Selection, Service, Timeline } from "../model.ts";
import { rewriteSteps } from "../rewrite/rewrite.ts";
import { writeBody } from "./assemble.ts";
import { printDockerfile, printDockerignore } from "./print-dockerfile.ts";
import { repairActions } from "./repairs.ts";
import { writeHead, writeTail } from "./settings.ts";

/** The Draft of a selection: each kept Step rewritten, then put together. */
export function writeDraft(input: DraftInput, found: { timeline: Timeline; selection: Selection; service: Service }): Draft {
  const { timeline, selection, service } = found;
  const { actions, dropped, placeholders } = rewriteSteps(input, selection);
  const all = [...actions, ...repairActions(input.options.repairs)];
  const body = writeBody(all, { input, timeline, service });
  const instructions = [...writeHead(input), ...body.instructions, ...writeTail(input, body, service)];
  return {
    instructions,
    dockerfile: printDockerfile(instructions, { placeholders, proposals: service.proposals }),
    dockerignore: printDockerignore(body.context),
    context: body.context,
    dropped,
    secretPaths: selection.secretPaths,
    findings: selection.findings,
    service,
  };
}
