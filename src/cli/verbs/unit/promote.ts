import { CooperError } from "../../../base/errors.ts";
import { promoteImage, rollBack } from "../../../ship/release/change-live.ts";
import { imageNames } from "../../../ship/release/image-names.ts";
import { productionOf, releasing, withRelease } from "../../../ship/release/pipeline.ts";
import { needImage } from "../../../ship/release/settle-tags.ts";
import { changeLine } from "../../../terminal/release-view.ts";
import type { VerbContext } from "../../context.ts";
import { releaseWork } from "../../units/release-work.ts";
import { runUnits, type UnitsOptions } from "../../units/run-units.ts";

interface PromoteOptions extends UnitsOptions {
  readonly image?: string;
  readonly allowUntested?: boolean;
}

/** `cooper promote`: makes a tested image the live one; what runs is left alone. */
export function promote(context: VerbContext, words: readonly string[], options: PromoteOptions): Promise<number> {
  return runUnits(
    context,
    { words, options: { ...options, mode: "prod" } },
    {
      name: "promote",
      schema: "cooper.promote/1",
      isOfImages: true,
      act: async (work) =>
        withRelease(await releaseWork(work, options), { purpose: "promote" }, async (session) => {
          const image = await needImage(work.engine, options.image ?? imageNames(session.settings).latest);
          const allowUntested = options.allowUntested === true;
          return promoteImage(releasing(session, { isReplaced: false }), { image, allowUntested });
        }),
      text: changeLine,
      json: (change) => ({ change }),
    },
  );
}

/** `cooper rollback`: an earlier release is live again, and runs where one ran. */
export async function rollback(
  context: VerbContext,
  words: readonly string[],
  options: UnitsOptions & { readonly steps?: number },
): Promise<number> {
  const last = words.at(-1) ?? "";
  const isCount = options.steps === undefined && /^\d{1,4}$/u.test(last);
  const steps = options.steps ?? (isCount ? Number(last) : 1);
  if (steps < 1) throw new CooperError("release-unknown", "The release 0 before the current one is itself.", { hint: "Give 1 or more." });
  const units = isCount ? words.slice(0, -1) : words;
  return runUnits(
    context,
    { words: units, options: { ...options, mode: "prod" } },
    {
      name: "rollback",
      schema: "cooper.rollback/1",
      isOfImages: true,
      act: async (work) =>
        withRelease(await releaseWork(work, options), { purpose: "rollback" }, async (session) => {
          const isReplaced = (await productionOf(session))?.state.running === true;
          return rollBack(releasing(session, { isReplaced }), steps);
        }),
      text: changeLine,
      json: (change) => ({ change }),
    },
  );
}
