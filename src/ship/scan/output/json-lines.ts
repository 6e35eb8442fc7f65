import type { Entry } from "../../../format/tree/entry.ts";
import type { ScanFinding } from "../classify/finding.ts";
import { type ContainerScan, findingCount } from "../findings/container-scan.ts";
import { pathFields, safeText } from "./path-text.ts";
import type { ScanPrinter } from "./printer.ts";
import type { FoundIn } from "./report-form.ts";

const SCHEMA = "cooper.scan/1";
const UNSAFE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/** One JSON object a line: a "finding" for each, a "container" after its findings, a "summary" at the end. */
export function jsonLinesPrinter(): ScanPrinter {
  return {
    begin: () => "",
    findings: (written) => written,
    container: (scan) => [...scan.written, containerLine(scan)],
    engine: (engine, { isAllOk, ...counts }) => line({ kind: "engine", engine, allOk: isAllOk, ...counts }),
    end: ({ isAllOk, ...counts }) => line({ kind: "summary", allOk: isAllOk, ...counts }),
  };
}

/** The lines of findings. */
export function findingLines(of: FoundIn, findings: readonly ScanFinding[]): string {
  return findings.map((finding) => findingLine(of, finding)).join("");
}

function findingLine({ engine, id, name, imageId }: FoundIn, finding: ScanFinding): string {
  const { rule, severity, also, kind, fields, before, after, detail, process } = finding;
  return line({
    kind: "finding",
    ...engineField(engine),
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
  const { id, name, image, imageId, status, evidence, unscanned, weak, incomplete, entries } = scan;
  const allowed = [...scan.allowed.values()].reduce((sum, count) => sum + count, 0);
  return line({
    kind: "container",
    ...engineField(scan.engine),
    container: name,
    containerId: id,
    image,
    imageId,
    status,
    evidence,
    findings: findingCount(scan),
    allowed,
    entries,
    unscanned: unscanned.map(({ path, type }) => ({ ...pathFields(path), type })),
    weak,
    incomplete: incomplete.map(safeText),
  });
}

function engineField(engine: string): { readonly engine?: string } {
  return engine === "" ? {} : { engine };
}

function entryFields(entry: Entry | null): unknown {
  if (entry === null) return null;
  const { type, uid, gid, size, hash, device, xattrs, hardLink, link } = entry;
  const mode = entry.mode.toString(8).padStart(4, "0");
  return { type, uid, gid, size, hash, device, xattrs, hardLink, mode, link: link === undefined ? undefined : pathFields(link).path };
}

function line(value: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ schema: SCHEMA, ...value });
  // Most lines have nothing that must be looked for.
  if (/^[ -~]*$/.test(text)) return `${text}\n`;
  return `${text.replaceAll(UNSAFE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
