import type { Finding } from "../base/finding.ts";
import type { Entry } from "../format/tree/entry.ts";
import type { ContentKeeper } from "./content-keeper.ts";

/** A path whose entry is another one than before; `before` and `after` are not both null. */
export interface RawChange {
  readonly path: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
  readonly changedAt: number;
  readonly kept: boolean;
}

export interface Resolved {
  readonly changes: readonly RawChange[];
  /** Files that were written to although nothing that was read differs: their extended attributes may. */
  readonly unexplained: readonly string[];
  readonly findings: readonly Finding[];
}

/** How contents are taken in one look. */
export interface ResolveContext {
  readonly keeper: ContentKeeper;
  readonly isOfPackage: (path: string) => boolean;
}

/** A way to find what changed in a container's file system. `scan` then `resolve` make one look. */
export interface ChangeSource {
  /** The evidence is weaker than reading the container's own layer: what it is, and why. */
  readonly isWeak: boolean;
  /** Finds the paths that may have changed. */
  scan(): Promise<ReadonlySet<string>>;
  /** A scanned path looks as it did at the last scan, which was too soon after its change to be sure. */
  isRechecked(path: string): boolean;
  /** Compares the scanned paths with the entries known so far. */
  resolve(context: ResolveContext): Promise<Resolved>;
  /** Whether a scan would find anything. */
  hasNews(): Promise<boolean>;
  /** A small file as the container has it now; null when it is not there. */
  readFile(path: string): Promise<Buffer | null>;
  /** The target of a symbolic link as the last scan has it; null when the path is none. */
  readLink(path: string): string | null;
  /** When a path last changed, in milliseconds since 1970; 0 when that is not known. */
  changedAt(path: string): number;
  close(): void;
}
