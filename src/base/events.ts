import type { Finding } from "./finding.ts";

/** What library code tells its listener (terminal, `--json`, tests) while it works. Library code never prints. */
export type CooperEvent =
  | { readonly kind: "progress"; readonly text: string }
  /** A result beside the result itself: it stays on the screen. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "finding"; readonly finding: Finding };

export type Emit = (event: CooperEvent) => void;

/** A listener that hears nothing. */
export function ignoreEvents(): void {}
