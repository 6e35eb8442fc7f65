import type { ContainerScan, ScanSummary } from "../findings/container-scan.ts";

/** Makes a report piece by piece, so that no report is held whole. */
export interface ScanPrinter {
  begin(): string;
  /** Findings, as they were written. */
  findings(written: string): string;
  /** What is said of a container, with the findings that were not printed before. */
  container(scan: ContainerScan): Iterable<string>;
  /** What is said of one engine of several. */
  engine(name: string, summary: ScanSummary): string;
  end(summary: ScanSummary): string;
}
