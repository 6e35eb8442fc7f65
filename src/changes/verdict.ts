import type { Finding } from "../base/finding.ts";
import type { Entry } from "../format/tree/entry.ts";

export type DifferenceKind =
  /** The recorded container has it, the built image does not. */
  | "missing"
  /** Only the built image has it. */
  | "extra"
  | "different";

export interface Difference {
  readonly path: string;
  readonly kind: DifferenceKind;
  /** Of a `different` path: "type", "mode", "uid", "gid", "link", "device", "content", "xattrs", "hardLink". */
  readonly fields: readonly string[];
  /** In the recorded container. */
  readonly wanted: Entry | null;
  /** In the built image. */
  readonly got: Entry | null;
}

/** The comparison of a recorded container with an image built for it, path by path. */
export interface Verdict {
  /** Nothing is left in `differences`. */
  readonly equivalent: boolean;
  /** How many paths either side has. */
  readonly compared: number;
  /** Sorted by path. */
  readonly differences: readonly Difference[];
  /** Pattern to the number of paths that differ and were ignored for it. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Those paths, sorted. */
  readonly ignoredPaths: readonly string[];
  /** Paths that hold a secret and are neither equal nor different, sorted. */
  readonly secret: readonly string[];
  readonly findings: readonly Finding[];
}
