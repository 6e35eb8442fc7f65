import type { ScanFinding } from "../classify/finding.ts";

/** How a report is written; plain values, since threads write the findings. */
export interface ReportForm {
  /** "none": findings are only counted. */
  readonly format: "text" | "json" | "sarif" | "none";
  readonly isColoured: boolean;
}

/** The container that findings are of. */
export interface FoundIn {
  /** The engine that it is on, where several are asked; else "". */
  readonly engine: string;
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
}

/** A container's name among those of all engines that are asked. */
export function fullName({ engine, name }: Pick<FoundIn, "engine" | "name">): string {
  return engine === "" ? name : `${engine}/${name}`;
}

/** Writes findings of one container; of several such texts together a printer makes a report. */
export type WriteFindings = (form: ReportForm, of: FoundIn, findings: readonly ScanFinding[]) => string;
