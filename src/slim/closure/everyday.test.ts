import { expect, test } from "vitest";
import { brokenPromises, type ClosingCase } from "./test-closing.ts";

const rows = {
  "/bin": "-> usr/bin",
  "/usr/bin/sh": "-> dash",
  "/usr/bin/dash": "1",
  "/usr/bin/cat": "2",
  "/usr/bin/sort": "x".repeat(3_000_000),
  "/usr/bin/other": "3",
  "/usr/lib/libc.so.6": "4",
  "/app": "5",
};

const CASES: readonly ClosingCase[] = [
  {
    name: "beside a C library the cheap ones",
    rows,
    touched: { "/usr/lib/libc.so.6": "opened" },
    keeps: ["/bin", "/usr/bin/dash", "/usr/bin/cat"],
    drops: ["/usr/bin/sort", "/usr/bin/other"],
  },
  { name: "none beside a static program", rows, touched: { "/app": "executed" }, keeps: ["/app"], drops: ["/usr/bin/dash"] },
  {
    name: "none at level trace",
    rows,
    touched: { "/usr/lib/libc.so.6": "opened" },
    level: "trace",
    keeps: ["/usr/lib/libc.so.6"],
    drops: ["/usr/bin/dash"],
  },
];

test.each(CASES.map((one) => [one.name, one] as const))("everyday commands: %s", async (_name, one) => {
  expect(await brokenPromises(one)).toEqual([]);
});
