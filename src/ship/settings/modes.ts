/** What one file says for three kinds of instance. They are apart from the schemas, which take time to load: every command line has them. */
export const MODES = ["prod", "test", "dev"] as const;
export type Mode = (typeof MODES)[number];
