import { SEVERITIES } from "../classify/finding.ts";
import type { ContainerScan } from "../findings/container-scan.ts";
import type { ScanPrinter } from "./printer.ts";

/** Gauges in the text format of Prometheus, for its textfile collector. */
export function prometheusPrinter(): ScanPrinter {
  const scans: { readonly labels: string; readonly counts: Readonly<Record<string, number>>; readonly isComplete: boolean }[] = [];
  return {
    begin: () => "",
    findings: () => "",
    engine: () => "",
    container: (scan) => {
      scans.push({ labels: labelsOf(scan), counts: scan.counts, isComplete: scan.status === "scanned" && scan.incomplete.length === 0 });
      return [];
    },
    end: ({ isAllOk, unscanned }) =>
      [
        ...heading("cooper_scan_findings", "Changes against the image that no rule allows."),
        ...scans.flatMap(({ labels, counts }) =>
          SEVERITIES.map((severity) => `cooper_scan_findings{${labels},severity="${severity}"} ${counts[severity] ?? 0}`),
        ),
        ...heading("cooper_scan_complete", "Whether all of the container could be looked at."),
        ...scans.map(({ labels, isComplete }) => `cooper_scan_complete{${labels}} ${isComplete ? 1 : 0}`),
        ...heading("cooper_scan_unscanned_mounts", "Volumes and binds that were not looked at."),
        `cooper_scan_unscanned_mounts ${unscanned}`,
        ...heading("cooper_scan_all_ok", "Whether everything was looked at and is clean."),
        `cooper_scan_all_ok ${isAllOk ? 1 : 0}`,
      ]
        .map((text) => `${text}\n`)
        .join(""),
  };
}

function heading(name: string, says: string): readonly string[] {
  return [`# HELP ${name} ${says}`, `# TYPE ${name} gauge`];
}

function labelsOf({ engine, name, image }: ContainerScan): string {
  const where = engine === "" ? "" : `engine="${label(engine)}",`;
  return `${where}container="${label(name)}",image="${label(image)}"`;
}

function label(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
