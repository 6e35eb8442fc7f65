import { expect, test } from "vitest";
import type { ExplainedDifference } from "../record/explain-difference.ts";
import type { VerifyReport } from "../record/pipeline.ts";
import { createStyle } from "./style.ts";
import { renderDifferences, renderReport } from "./verdict-view.ts";

const style = createStyle(false);
const file = { type: "file", mode: 0o644, uid: 0, gid: 0, size: 5, hash: "a".repeat(64) } as const;

const differences: readonly ExplainedDifference[] = [
  { path: "/a", kind: "missing", fields: [], wanted: file, got: null, steps: ["s1.2"], advice: "keep it" },
  { path: "/b\u001b[2J", kind: "extra", fields: [], wanted: null, got: { ...file, type: "directory" }, steps: [], advice: "delete it" },
  {
    path: "/c",
    kind: "different",
    fields: ["mode", "content"],
    wanted: file,
    got: { ...file, mode: 0o4755, size: 6, hash: "b".repeat(64) },
    steps: ["s1.1", "s1.3"],
    advice: "carry it",
  },
];

const report: VerifyReport = {
  passed: true,
  container: { id: "c", name: "web", image: "debian" },
  imageId: "sha256:1",
  isKept: true,
  verdict: {
    equivalent: true,
    compared: 9,
    differences: [],
    ignored: { "/run/**": 1 },
    ignoredPaths: ["/run/x"],
    secret: ["/etc/key"],
    findings: [],
  },
  differences: [],
  acceptance: {
    passed: false,
    answers: [
      { question: "port 80/tcp", passed: true, got: "" },
      { question: "alive", passed: false, got: "it ended" },
    ],
  },
  findings: [{ code: "volume-left", message: "a volume" }],
};

test("a difference names what, which Steps, and what to do", () => {
  expect(renderDifferences(differences, style)).toBe(`  - /a  the build does not make this file [s1.2]
      → keep it
  + /b\\e[2J  only the build has this directory
      → delete it
  ~ /c  mode 0644, built 4755; content 5 bytes aaaaaaaaaaaa, built 6 bytes bbbbbbbbbbbb [s1.1 s1.3]
      → carry it
`);
});

test("more than fifty differences are counted", () => {
  const many = Array.from({ length: 60 }, (_, index): ExplainedDifference => ({
    path: `/${index}`,
    kind: "missing",
    fields: [],
    wanted: file,
    got: null,
    steps: [],
    advice: "x",
  }));
  expect(renderDifferences(many, style)).toContain("  … and 10 more (--json lists all)\n");
});

test.each([
  [false, "  1 paths differ where that does not count (--ignored lists them)\n"],
  [true, "  1 paths differ where that does not count\n     1  /run/**\n      /run/x\n"],
])("a report with the ignored paths listed: %s", (ignored, expected) => {
  expect(renderReport(report, { style, ignored })).toBe(`equivalent: 9 paths of web and of the built image are equal
${expected}  1 paths hold a secret and were not compared: /etc/key
tried out
  ✓ port 80/tcp
  ✗ alive: it ended
! a volume (volume-left)
image sha256:1
`);
});
