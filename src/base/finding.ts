import type { Where } from "./errors.ts";

/** Something that could not be understood or must be looked at: `code` has a page under `docs/findings/`. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly where?: Where;
}
