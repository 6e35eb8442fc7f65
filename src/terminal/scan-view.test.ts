import { expect, test } from "vitest";
import * as z from "zod";
import { classify } from "../ship/scan/classify/classify.ts";
import type { ContainerScan, ScanSummary } from "../ship/scan/findings/container-scan.ts";
import { findingLines, jsonLinesPrinter } from "../ship/scan/output/json-lines.ts";
import { pathText } from "../ship/scan/output/path-text.ts";
import type { ScanPrinter } from "../ship/scan/output/printer.ts";
import { prometheusPrinter } from "../ship/scan/output/prometheus.ts";
import { sarifPrinter, sarifResults } from "../ship/scan/output/sarif.ts";
import { findingTexts, textPrinter } from "./scan-view.ts";
import { createStyle } from "./style.ts";

const evil = "/a\nall ok\u202e\udcff";
const after = { type: "file", mode: 0o644, uid: 0, gid: 0, size: 0 } as const;
const one: ContainerScan = {
  engine: "",
  id: "0123456789abcdef",
  name: "web",
  image: 'a"b',
  imageId: "sha256:1",
  status: "scanned",
  evidence: "layer",
  counts: { critical: 0, high: 0, medium: 1, low: 0 },
  findings: [classify({ path: evil, kind: "add", fields: [], before: null, after, content: "data" })],
  written: [],
  ruleFiles: [],
  allowed: new Map(),
  unscanned: [{ path: "/data", type: "volume" }],
  weak: [],
  incomplete: [],
  entries: 1,
  signature: 1,
};
const summary: ScanSummary = {
  containers: 1,
  findings: 1,
  bySeverity: { medium: 1 },
  allowed: 0,
  unscanned: 1,
  weak: 0,
  incomplete: 0,
  gone: 0,
  unusedRules: [],
  expiredRules: [],
  isAllOk: false,
};
const printed = (printer: ScanPrinter, written = ""): string =>
  [printer.begin(), ...printer.container({ ...one, written: written === "" ? [] : [written] }), printer.end(summary)].join("");

test("a name changes no screen and forges no line", () => {
  const text = printed(textPrinter(createStyle(false)), findingTexts(one, one.findings, createStyle(false)));
  expect(text.split("\n").map((line) => line.slice(0, 45))).toEqual(
    [
      String.raw`medium    web  "/a\nall ok\u{202e}\xff"  name-`,
      "unseen    web  the volume at /data was not lo",
      "1 container: 1 finding (1 medium); 1 mount no",
      "",
    ].map((line) => line.slice(0, 45)),
  );
  expect(textPrinter(createStyle(false)).end({ ...summary, findings: 0, unscanned: 0, isAllOk: true })).toBe("all ok\n");
});

test("JSON lines keep the bytes of a name", () => {
  const lines = printed(jsonLinesPrinter(), findingLines(one, one.findings)).trimEnd().split("\n");
  const line = z.object({ kind: z.string(), path: z.string().optional(), pathB64: z.string().optional() });
  const [first, ...rest] = lines.map((text) => line.parse(JSON.parse(text)));
  expect(Buffer.from(first?.pathB64 ?? "", "base64").toString("latin1")).toBe("/a\nall ok\xe2\x80\xae\xff");
  expect(rest.map(({ kind }) => kind)).toEqual(["container", "summary"]);
});

test("SARIF has relative, escaped places and prints of its own", () => {
  const place = z.object({ physicalLocation: z.object({ artifactLocation: z.object({ uri: z.string() }) }) });
  const result = z.object({
    ruleId: z.string(),
    locations: z.array(place),
    partialFingerprints: z.object({ "cooper/1": z.string().length(64) }),
  });
  const report = z.object({ version: z.literal("2.1.0"), runs: z.array(z.object({ results: z.array(result) })) });
  const { runs } = report.parse(JSON.parse(printed(sarifPrinter("1"), sarifResults(one, one.findings))));
  expect(runs[0]?.results.map(({ ruleId, locations }) => [ruleId, locations[0]?.physicalLocation.artifactLocation.uri])).toEqual([
    ["name-hides", "a%0Aall%20ok%E2%80%AE%FF"],
  ]);
});

test("Prometheus has a gauge for each severity", () => {
  expect(printed(prometheusPrinter())).toContain(String.raw`cooper_scan_findings{container="web",image="a\"b",severity="medium"} 1`);
});

const names = [
  ["/usr/bin/id", "/usr/bin/id"],
  ["/a b", '"/a b"'],
  ["/a\\nb", String.raw`"/a\\nb"`],
  ["/a\nb", String.raw`"/a\nb"`],
  ["/e\u0301", String.raw`"/e\u{301}"`],
  ["/é", "/é"],
  ["/\u00a0", String.raw`"/\u{a0}"`],
] as const;

test.each(names)("%j is shown as %s", (path, text) => {
  expect(pathText(path)).toBe(text);
});
