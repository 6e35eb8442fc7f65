/** The ways a unit is tested. */
export const TEST_KINDS = ["stand-alone", "prod-ready", "in-prod"] as const;
export type TestKind = (typeof TEST_KINDS)[number];
