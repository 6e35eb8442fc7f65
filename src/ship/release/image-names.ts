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

/** Where tags are that mean images from elsewhere: their own names are not ours to move. */
const TAKEN = "cooper";

/** The tags of a unit, from its settings for production; throws `image-by-digest`. */
export function imageNames(settings: UnitSettings): ImageNames {
  const [own = settings.name] = imageCandidates(settings);
  const isBuilt = settings.service.build !== undefined;
  if (isBuilt && own.includes("@")) {
    throw new CooperError("image-by-digest", `${settings.name} is built here, and its settings name its image by a digest (${own}).`, {
      hint: "Take the digest out of `image`: what production runs is promoted, and known by its digest then.",
      where: { file: settings.folder },
    });
  }
  const repository = isBuilt ? own.replace(/:[^/]*$/u, "") : `${TAKEN}/${settings.name}`;
  // As the engine wants it; a registry may have a port.
  if (!/^[a-z0-9][a-z0-9._/:-]*$/u.test(repository)) throw malformed(settings, repository);
  return {
    latest: `${repository}:latest`,
    live: isBuilt ? own : `${repository}:live`,
    prev: `${repository}:prev`,
    release: (number) => `${repository}:release-${number}`,
  };
}

function malformed({ name, folder }: UnitSettings, repository: string): CooperError {
  return new CooperError("unit-name-malformed", `An image cannot be called "${repository}".`, {
    hint: `Rename the folder of ${name} (lower-case letters and digits, with . _ - between them), or write \`image\` in the settings.`,
    where: { file: folder },
  });
}
