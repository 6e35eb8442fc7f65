import type { Entry } from "../../../format/tree/entry.ts";
import type { ScanFinding } from "../classify/finding.ts";
import type { ContainerScan } from "../findings/container-scan.ts";
import { pathFields, safeText } from "./path-text.ts";
import type { ScanPrinter } from "./printer.ts";

const SCHEMA = "cooper.scan/1";
const UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** One JSON object a line: a "finding" for each, a "container" after its findings, a "summary" at the end. */
export function jsonLinesPrinter(): ScanPrinter {
  return {
    begin: () => "",
    container: linesOf,
    end: ({ isAllOk, ...counts }) => line({ kind: "summary", allOk: isAllOk, ...counts }),
  };
}

function* linesOf(scan: ContainerScan): Generator<string> {
  for (const finding of scan.findings) yield findingLine(scan, finding);
  yield containerLine(scan);
}

function findingLine({ id, name, imageId }: ContainerScan, finding: ScanFinding): string {
  const { rule, severity, also, kind, fields, before, after, detail, process } = finding;
  return line({
    kind: "finding",
    container: name,
    containerId: id,
    imageId,
    severity,
    rule,
    also,
    ...pathFields(finding.path),
    change: kind,
    fields,
    before: entryFields(before),
    after: entryFields(after),
    detail: safeText(detail),
    ...(process === null ? {} : { process: { pid: process.pid, argv: process.argv.map(safeText) } }),
  });
}

function containerLine(scan: ContainerScan): string {
  const { id, name, image, imageId, status, evidence, findings, unscanned, weak, incomplete, entries } = scan;
  const allowed = [...scan.allowed.values()].reduce((sum, count) => sum + count, 0);
  return line({
    kind: "container",
    container: name,
    containerId: id,
    image,
    imageId,
    status,
    evidence,
    findings: findings.length,
    allowed,
    entries,
    unscanned: unscanned.map(({ path, type }) => ({ ...pathFields(path), type })),
    weak,
    incomplete: incomplete.map(safeText),
  });
}

function entryFields(entry: Entry | null): unknown {
  if (entry === null) return null;
  const { mode, link, ...rest } = entry;
  return { ...rest, mode: mode.toString(8).padStart(4, "0"), ...(link === undefined ? {} : { link: pathFields(link).path }) };
}

function line(value: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ schema: SCHEMA, ...value });
  return `${text.replaceAll(UNSAFE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
