/** A definition in one of the forms. */
export interface Exported {
  readonly text: string;
  /** What the form cannot say, each with its name. */
  readonly left: readonly string[];
  /** Keys that Compose carries out, and cooper refuses in a unit. */
  readonly beyond?: readonly string[];
}
