import type { ContainerScan, ScanSummary } from "../findings/container-scan.ts";

/** Makes a report piece by piece, so that no report is held whole. */
export interface ScanPrinter {
  begin(): string;
  /** Findings, as they were written. */
  findings(written: string): string;
  /** What is said of a container, with the findings that were not printed before. */
  container(scan: ContainerScan): Iterable<string>;
  end(summary: ScanSummary): string;
}
