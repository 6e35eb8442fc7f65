export type PackageManager = "apt" | "apk" | "rpm";

/** A package whose version or manual mark differs between two looks. A version is null where it is not installed. */
export interface PackageChange {
  readonly manager: PackageManager;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Installed only as a dependency (after; before for a removed one). */
  readonly automatic: boolean;
}

/** An answer in debconf's data base: the fields of a `debconf-set-selections` line. */
export interface DebconfAnswer {
  readonly package: string;
  readonly question: string;
  readonly type: string;
  readonly value: string;
}
