import type { Entry } from "../../../format/tree/entry.ts";
import { modeText } from "../../../format/tree/mode-text.ts";
import type { ScanFinding } from "../classify/finding.ts";
import { type ContainerScan, findingCount } from "../findings/container-scan.ts";
import { isPlain, pathFields, safeText } from "./path-text.ts";
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
export function findingLines({ engine, id, name, imageId }: FoundIn, findings: readonly ScanFinding[]): string {
  const head = line({ kind: "finding", ...engineField(engine), container: name, containerId: id, imageId }).slice(0, -2);
  return findings.map((finding) => head + restOfLine(finding)).join("");
}

/** Put together by hand: there may be a hundred thousand, and to make an object of each first takes three times as long. */
function restOfLine({ rule, severity, also, path, kind, fields, before, after, detail, process }: ScanFinding): string {
  const what = `,"severity":"${severity}","rule":"${rule}","also":${also.length === 0 ? "[]" : safeJson(also)}`;
  const where = isQuotable(path) ? `,"path":"${path}"` : `,${safeJson(pathFields(path)).slice(1, -1)}`;
  const how = `,"change":"${kind}","fields":${fields.length === 0 ? "[]" : safeJson(fields)}`;
  const who = process === null ? "" : `,"process":${safeJson({ pid: process.pid, argv: process.argv.map(safeText) })}`;
  // What is said of anything but links and processes is cooper's own words.
  const isOurs = process === null && before?.link === undefined && after?.link === undefined;
  const detailText = isOurs ? `"${detail}"` : quoted(detail);
  return `${what}${where}${how},"before":${entryText(before)},"after":${entryText(after)},"detail":${detailText}${who}}\n`;
}

function entryText(entry: Entry | null): string {
  if (entry === null) return "null";
  const { type, uid, gid, size, hash, device, xattrs, hardLink, link } = entry;
  const mode = modeText(entry.mode);
  const text = `{"type":"${type}","uid":${uid},"gid":${gid}`;
  if (device === undefined && xattrs === undefined && hardLink === undefined && link === undefined) {
    const content = `${size === undefined ? "" : `,"size":${size}`}${hash === undefined ? "" : `,"hash":"${hash}"`}`;
    return `${text}${content},"mode":"${mode}"}`;
  }
  const rest = { size, hash, device, xattrs, hardLink, mode, link: link === undefined ? undefined : pathFields(link).path };
  return `${text},${safeJson(rest).slice(1)}`;
}

function quoted(text: string): string {
  return isQuotable(text) ? `"${text}"` : safeJson(safeText(text));
}

/** True for printable ASCII that is the same in JSON. */
function isQuotable(text: string): boolean {
  return /^[ !#-[\]-~]*$/.test(text);
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

function line(value: Readonly<Record<string, unknown>>): string {
  return `${safeJson({ schema: SCHEMA, ...value })}\n`;
}

function safeJson(value: unknown): string {
  const text = JSON.stringify(value);
  // Most have nothing that must be looked for.
  return isPlain(text) ? text : text.replaceAll(UNSAFE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
