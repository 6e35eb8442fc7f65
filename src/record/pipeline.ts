import type { Finding } from "../base/finding.ts";
import type { Verdict } from "../changes/verdict.ts";
import type { Acceptance } from "../format/acceptance/acceptance.ts";
import type { AcceptanceReport } from "../probe/run-acceptance.ts";
import type { ExplainedDifference } from "./explain-difference.ts";
import { removeImages, type Repaired, repairUntilEqual, tryOut, verifyOnce, type VerifyJob } from "./verify.ts";

/** What `verify` found. */
export interface VerifyReport {
  readonly passed: boolean;
  readonly container: { readonly id: string; readonly name: string; readonly image: string };
  readonly imageId: string;
  readonly isKept: boolean;
  readonly verdict: Verdict;
  readonly differences: readonly ExplainedDifference[];
  readonly acceptance: AcceptanceReport;
  readonly findings: readonly Finding[];
}

/** How a Draft is verified, without the part that the flow itself keeps. */
export type VerifyRequest = Omit<VerifyJob, "images">;

/** Draft, build, compare, try out. */
export async function verifyHistory(
  request: VerifyRequest & { readonly keep: boolean; readonly acceptance: Acceptance | null },
): Promise<VerifyReport> {
  const job = { ...request, images: [] };
  const isKept = request.keep;
  try {
    const verified = await verifyOnce(job, []);
    const acceptance = await tryOut(job, verified, request.acceptance);
    const { verdict, differences, imageId, replayed } = verified;
    const { id, name, image } = job.source.history.container;
    const findings = [...job.source.findings, ...replayed.draft.findings, ...verdict.findings];
    const passed = verdict.equivalent && acceptance.passed;
    return { passed, container: { id, name, image }, imageId, isKept, verdict, differences, acceptance, findings };
  } finally {
    if (!isKept) await removeImages(job.engine, job.images);
  }
}

/** Draft, build, compare, carry what differs, again until equal: the Draft with its repairs. */
export async function repairDraft(request: VerifyRequest): Promise<Repaired> {
  const job = { ...request, images: [] };
  try {
    return await repairUntilEqual(job);
  } finally {
    await removeImages(job.engine, job.images);
  }
}
