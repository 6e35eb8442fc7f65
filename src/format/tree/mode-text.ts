const TEXTS: (string | undefined)[] = [];

/** A mode as `chmod` takes it: "0644". Made once for each mode: a report of a scan has it a hundred thousand times. */
export function modeText(mode: number): string {
  return (TEXTS[mode] ??= mode.toString(8).padStart(4, "0"));
}
