/** The steps of a change of the live image, in their order; each is told before it is done. */
export const RELEASE_STEPS = ["record", "tag-live", "tag-prev", "tag-release", "replace", "conclude"] as const;
export type ReleaseStep = (typeof RELEASE_STEPS)[number];
