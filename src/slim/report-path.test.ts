import { expect, test } from "vitest";
import { keptPath } from "./report-path.ts";
import type { SlimReport } from "./report.ts";

const reason = { rule: "trace", because: "opened", level: "trace" };
const paths = ["/", "/bin", "/usr", "/usr/bin", "/usr/bin/sh", "/usr/bin/dash", "/var", "/var/run", "/run", "/run/x"];
const report: SlimReport = {
  version: 1,
  image: "web",
  imageId: "a",
  slimImageId: "b",
  tag: "web.slim",
  tags: ["web.slim"],
  level: "module",
  originalBytes: 0,
  slimBytes: 0,
  mode: "transparent",
  lost: 0,
  ioUring: 0,
  prices: [],
  artifacts: null,
  seccomp: null,
  readOnly: null,
  repairs: [],
  seconds: {},
  kept: Object.fromEntries(paths.map((path) => [path, reason])),
  links: { "/bin": "usr/bin", "/usr/bin/sh": "dash", "/var/run": "/run", "/loop": "loop/x" },
};

test.each([
  ["/usr/bin/sh", "/usr/bin/sh"],
  ["/bin/sh", "/usr/bin/sh"],
  ["bin/sh", "/usr/bin/sh"],
  ["/bin//./sh/", "/usr/bin/sh"],
  ["/bin", "/bin"],
  ["/var/run/x", "/run/x"],
  ["/usr/../bin/dash", "/usr/bin/dash"],
  ["/", "/"],
  ["/loop/a", null],
  ["/usr/bin/gone", null],
])("keptPath of %s is %s", (path, real) => {
  expect(keptPath(report, path)).toBe(real);
});
