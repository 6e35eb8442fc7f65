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

/** The tags of a unit, from its settings for production; throws `image-by-digest`, `unit-name-malformed`. */
export function imageNames(settings: UnitSettings): ImageNames {
  const [own = settings.name] = imageCandidates(settings);
  if (isBuilt(settings) && own.includes("@")) {
    throw new CooperError("image-by-digest", `${settings.name} is built here, and its settings name its image by a digest (${own}).`, {
      hint: "Take the digest out of `image`: what production runs is promoted, and known by its digest then.",
      where: { file: settings.folder },
    });
  }
  const names = imageNamesToSeek(settings);
  if (names === null) throw malformed(settings, repositoryOf(settings));
  return names;
}

/** The tags that a unit's images may have by now; null where no image can be called so, and none was built or released. */
export function imageNamesToSeek(settings: UnitSettings): ImageNames | null {
  const repository = repositoryOf(settings);
  // As the engine wants it; a registry may have a port.
  if (!/^[a-z0-9][a-z0-9._/:-]*$/u.test(repository)) return null;
  const [own = settings.name] = imageCandidates(settings);
  return {
    latest: `${repository}:latest`,
    live: isBuilt(settings) ? own : `${repository}:live`,
    prev: `${repository}:prev`,
    release: (number) => `${repository}:release-${number}`,
  };
}

function repositoryOf(settings: UnitSettings): string {
  const [own = settings.name] = imageCandidates(settings);
  return isBuilt(settings) ? own.replace(/:[^/]*$/u, "") : `${TAKEN}/${settings.name}`;
}

function isBuilt({ service }: UnitSettings): boolean {
  return service.build !== undefined;
}

function malformed({ name, folder }: UnitSettings, repository: string): CooperError {
  return new CooperError("unit-name-malformed", `An image cannot be called "${repository}".`, {
    hint: `Rename the folder of ${name} (lower-case letters and digits, with . _ - between them), or write \`image\` in the settings.`,
    where: { file: folder },
  });
}
