/** What one file says for three kinds of instance. They are apart from the schemas, which take time to load: every command line has them. */
export const MODES = ["prod", "test", "dev"] as const;
export type Mode = (typeof MODES)[number];

/** The name that what belongs to a unit's instance of one mode has, or begins with before a "_". */
export function namespaceOf(unit: string, mode: Mode): string {
  return mode === "prod" ? unit : `${mode}-${unit}`;
}
