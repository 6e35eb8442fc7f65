/** What is wrong with a text that could not be read, as the end of a sentence. */
export interface Problem {
  readonly problem: string;
}

/** True for what could not be read. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "problem" in value;
}
