/** A path that must be found; `rule` where it must be a certain one. A path with bytes that are no UTF-8 is given as "base64:…". */
export interface Expected {
  readonly path: string;
  readonly rule?: string;
}

/** What was done to one container, and what the scan must say of it. */
export interface ScanCase {
  readonly name: string;
  /** Instructions after `FROM debian:bookworm` for an image of its own. */
  readonly dockerfile?: readonly string[];
  /** Further arguments of `docker run`; "@" stands for the case's own unique name. */
  readonly args?: readonly string[];
  /** What the container runs (sleep infinity). */
  readonly command?: readonly string[];
  /** Run in the container before the scan. */
  readonly script?: string;
  /** Commands of this machine, before the scan runs. */
  readonly before?: readonly (readonly string[])[];
  /** Further arguments of the scan. */
  readonly scan?: readonly string[];
  /** A file of rules. */
  readonly rules?: string;
  readonly expect: readonly (Expected | string)[];
  /** Findings below these paths are neither asked for nor wrong. */
  readonly mayFind?: readonly string[];
  /** The exit code, where it is not 1 for findings and 0 without. */
  readonly exit?: number;
  /** Texts that the report must hold. */
  readonly says?: readonly string[];
  /** Clean, but not "all ok": something was not looked at, and that is said. */
  readonly isPartial?: boolean;
}
