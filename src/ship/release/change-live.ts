import { CooperError, isCooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { BroughtUp } from "../execute/model.ts";
import type { ImageNames } from "./image-names.ts";
import type { Ledger } from "./ledger.ts";
import { followRecords, type Gate, gateOf, type Release, releaseBefore, type Releases } from "./releases.ts";
import { imageIdOf, settleTags } from "./settle-tags.ts";
import { atStep } from "./steps.ts";

/** A unit whose live image may change; the caller holds its lock. */
export interface Releasing {
  readonly engine: Engine;
  readonly unit: string;
  readonly ledger: Ledger;
  readonly names: ImageNames;
  readonly keep: number;
  /** Replaces the running container by one of this image; null where none runs, or it is to stay. */
  readonly replace: ((image: string) => Promise<BroughtUp>) | null;
}

/** What became of a change. */
export interface LiveChange {
  /** "unchanged": it was the live image already. */
  readonly did: "promoted" | "rolled-back" | "unchanged";
  readonly release: Release;
  readonly before: Release | null;
  readonly running: BroughtUp | null;
}

/** Makes an image the live one; throws `image-untested` where its tests did not pass and nobody said that they need not. */
export async function promoteImage(
  work: Releasing,
  { image, allowUntested }: { readonly image: string; readonly allowUntested: boolean },
): Promise<LiveChange> {
  await adopt(work, image);
  const records = await work.ledger.read();
  const { current, all } = followRecords(records);
  if (current?.image === image) {
    await settle(work);
    return { did: "unchanged", release: current, before: null, running: (await work.replace?.(image)) ?? null };
  }
  const gate = gateOf(records, image);
  if (gate.hasFailed || !(gate.isOpen || allowUntested)) throw untested(work, image, gate);
  const number = (all.at(-1)?.number ?? 0) + 1;
  atStep("record");
  await work.ledger.add({
    act: "promoted",
    image,
    release: number,
    before: current?.number ?? null,
    isTested: gate.isOpen,
    replaces: work.replace !== null,
  });
  return carryOut(work, "promoted");
}

/** What was live before cooper had a ledger becomes the first release, so that there is a way back to it. */
async function adopt({ engine, ledger, names }: Releasing, image: string): Promise<void> {
  if (followRecords(await ledger.read()).all.length > 0) return;
  const live = await imageIdOf(engine, names.live);
  if (live === null || live === image) return;
  await ledger.add({ act: "promoted", image: live, release: 1, before: null, isTested: false, replaces: false });
}

/** Goes back to the release `steps` before the current one; throws `release-unknown`, `release-gone`. */
export async function rollBack(work: Releasing, steps: number): Promise<LiveChange> {
  const releases = followRecords(await work.ledger.read());
  const target = releaseBefore(releases, steps);
  if (releases.current === null || target === null) throw noRelease(work, releases, steps);
  if ((await imageIdOf(work.engine, target.image)) === null) throw gone(work, target);
  atStep("record");
  await work.ledger.add({
    act: "rolled-back",
    image: target.image,
    release: target.number,
    from: releases.current.number,
    replaces: work.replace !== null,
  });
  return carryOut(work, "rolled-back");
}

/** The ledger's word is the truth, the tags follow it, then the container. */
async function carryOut(work: Releasing, did: LiveChange["did"]): Promise<LiveChange> {
  const releases = await settle(work);
  const { current } = releases;
  if (current === null) throw noRelease(work, releases, 0);
  atStep("replace");
  const running = await replaceOrWithdraw(work, current);
  atStep("conclude");
  if (running !== null) await work.ledger.add({ act: "accepted", release: current.number });
  return { did, release: current, before: releaseBefore(releases, 1), running };
}

/** Exit codes of a replacement that did not come about. */
const KEPT_THE_OLD: readonly number[] = [EXIT.no, EXIT.usage, EXIT.incomplete, EXIT.rolledBack];

async function replaceOrWithdraw(work: Releasing, { number, image }: Release): Promise<BroughtUp | null> {
  if (work.replace === null) return null;
  try {
    return await work.replace(image);
  } catch (error) {
    // After any other end (the engine is gone, ^C) nobody knows which one serves; the next run looks.
    if (isCooperError(error) && KEPT_THE_OLD.includes(error.exit)) {
      atStep("conclude");
      await work.ledger.add({ act: "withdrawn", release: number, why: error.code });
      await settle(work);
    }
    throw error;
  }
}

async function settle(work: Releasing): Promise<Releases> {
  const releases = followRecords(await work.ledger.read());
  await settleTags(work.engine, { ...work, releases });
  return releases;
}

/** What was found of a change that did not end, and what was done with it. */
export type SettledRelease = "nothing" | "accepted" | "withdrawn";

/**
 * Ends what an earlier run began: the tags follow the ledger, and a change whose end nobody wrote down is held to have come about if
 * `running`, the image of the container that serves, is the one. Asked before each change, once the containers are settled.
 */
export async function settleRelease(work: Releasing, running: string | null): Promise<SettledRelease> {
  const { current, isOpen } = followRecords(await work.ledger.read());
  const did = !isOpen || current === null ? "nothing" : running === current.image ? "accepted" : "withdrawn";
  if (did !== "nothing" && current !== null) {
    const release = current.number;
    await work.ledger.add(did === "accepted" ? { act: did, release } : { act: did, release, why: "interrupted" });
  }
  await settle(work);
  return did;
}

function untested({ unit }: Releasing, image: string, { why, hasFailed }: Gate): CooperError {
  return new CooperError("image-untested", `The image ${shortId(image)} of ${unit} is not promoted: ${why}.`, {
    hint: `\`cooper test ${unit}\` tests it${hasFailed ? " again" : "; --allow-untested promotes it as it is"}.`,
    where: { image },
    exit: EXIT.no,
  });
}

function noRelease({ unit }: Releasing, { all }: Releases, steps: number): CooperError {
  const back = steps === 1 ? "There is no release" : `There are no ${steps} releases`;
  const message = all.length === 0 ? `${unit} was never promoted.` : `${back} of ${unit} before the current one.`;
  return new CooperError("release-unknown", message, { hint: `\`cooper releases ${unit}\` lists them.` });
}

function gone({ unit, names }: Releasing, { number, image }: Release): CooperError {
  return new CooperError("release-gone", `The image of release ${number} of ${unit} (${shortId(image)}) is not at this engine any more.`, {
    hint: `Load it again under the name ${names.release(number)}, or choose another: \`cooper releases ${unit}\`.`,
    where: { image },
    exit: EXIT.incomplete,
  });
}

/** As docker shows an id. */
export function shortId(image: string): string {
  return image.replace(/^sha256:/u, "").slice(0, 12);
}
