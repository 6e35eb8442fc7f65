import { CooperError } from "../../base/errors.ts";
import { imageCandidates } from "../plan/make-plan.ts";
import type { UnitSettings } from "../settings/layer.ts";

/** The tags by which a unit's images are found. */
export interface ImageNames {
  /** What was built last. */
  readonly latest: string;
  /** What production runs: its settings' own tag, `live` where they give none. */
  readonly live: string;
  /** What was live before. */
  readonly prev: string;
  /** Keeps a release from being pruned. */
  readonly release: (number: number) => string;
}

/** The tags of a unit that is built here, from its settings for production; throws `unit-not-built`. */
export function imageNames(settings: UnitSettings): ImageNames {
  const [live = settings.name] = imageCandidates(settings);
  const repository = live.replace(/:[^/]*$/u, "");
  if (settings.service.build === undefined || live.includes("@")) {
    throw new CooperError("unit-not-built", `The image of ${settings.name} (${live}) is not built here.`, {
      hint: `Give it a Dockerfile, such as "FROM ${live}": then it can be tested, promoted and gone back to.`,
      where: { file: settings.folder },
    });
  }
  return {
    latest: `${repository}:latest`,
    live,
    prev: `${repository}:prev`,
    release: (number) => `${repository}:release-${number}`,
  };
}
