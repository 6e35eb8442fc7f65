/** A compiler that leaves its mark in the programs that it makes. */
export type BuiltWith = "Go" | "Rust";

/** A module or crate that a program was built from. */
export interface BuiltModule {
  readonly manager: "go" | "cargo";
  readonly name: string;
  readonly version: string;
}
