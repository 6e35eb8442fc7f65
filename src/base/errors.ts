/** What went wrong, as a stable word; each has a page under `docs/findings/`. */
export type ErrorCode = string;

/** Where it went wrong: a file (with line and column from 1), a path in a container, a container, an image. */
export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly container?: string;
  readonly image?: string;
}

export interface ErrorParts {
  readonly hint?: string;
  readonly where?: Where;
  readonly cause?: unknown;
  readonly exit?: number;
}

/** The one error type: `code` is stable, `message` says what, `hint` what to do next, `exit` the process's exit code. */
export class CooperError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: Where | undefined;
  readonly exit: number;

  constructor(code: ErrorCode, message: string, parts: ErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "CooperError";
    this.code = code;
    this.hint = parts.hint;
    this.where = parts.where;
    this.exit = parts.exit ?? 2;
  }
}

/** True for an error of ours (also one from another bundle of the same code). */
export function isCooperError(value: unknown): value is CooperError {
  return value instanceof Error && value.name === "CooperError" && "code" in value;
}

/** The text of anything that was thrown. */
export function messageOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
