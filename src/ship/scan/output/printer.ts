import type { ContainerScan, ScanSummary } from "../findings/container-scan.ts";

/** Makes a report piece by piece, so that no report is held whole. */
export interface ScanPrinter {
  begin(): string;
  container(scan: ContainerScan): Iterable<string>;
  end(summary: ScanSummary): string;
}
