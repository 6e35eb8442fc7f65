import fc from "fast-check";
import { expect, test } from "vitest";
import type { Acceptance } from "./acceptance.ts";
import { printAcceptance, readAcceptance } from "./acceptance-text.ts";

const port = fc.integer({ min: 1, max: 65_535 });
const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom("yes", "1", "null", "- a", "a: b", "#", "'", "x\ny", "\u0085"));
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const acceptance: fc.Arbitrary<Acceptance> = fc.record({
  version: fc.constant(1 as const),
  alive: orNull(fc.integer({ min: 1, max: 60 })),
  ports: fc.array(fc.record({ port, protocol: fc.constantFrom("tcp" as const, "udp" as const) })),
  http: fc.array(
    fc.record({ port, path: text.map((path) => `/${path}`), status: orNull(fc.integer({ min: 100, max: 599 })), contains: orNull(text) }),
  ),
  processes: fc.array(fc.record({ command: text })),
  files: fc.array(
    fc.record({
      path: text.map((path) => `/${path}`),
      type: fc.constantFrom("file" as const, "directory" as const, "symlink" as const),
      mode: orNull(fc.constantFrom("0644", "4755")),
      owner: orNull(fc.constantFrom("0:0", "33:33")),
    }),
  ),
  commands: fc.array(
    fc.record({
      run: fc.oneof(text, fc.array(text, { minLength: 1 })),
      user: orNull(text),
      exit: fc.integer({ min: 0, max: 255 }),
      contains: orNull(text),
    }),
  ),
});

test("what is printed is read back", () => {
  fc.assert(
    fc.property(acceptance, (value) => {
      expect(readAcceptance(printAcceptance(value), "a.yaml")).toEqual(value);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ["", 1],
  ["version: 2", 1],
  ["version: 1\nports:\n  - port: 99999", 3],
  ["version: 1\nprots: []", 1],
  ["version: 1\nports: [", 2],
])("%j is refused with its line", (yaml, line) => {
  expect(() => readAcceptance(yaml, "a.yaml")).toThrow(
    expect.objectContaining({ code: "acceptance-invalid", where: expect.objectContaining({ file: "a.yaml", line }) }),
  );
});

test("only what says something is printed", () => {
  const value = readAcceptance("version: 1\nalive: 5\nports: [{port: 80}]\nhttp: [{port: 80, path: /}]", "a.yaml");
  expect(printAcceptance(value).split("\n").slice(1)).toEqual([
    "version: 1",
    "alive: 5",
    "ports:",
    "  - port: 80",
    "    protocol: tcp",
    "http:",
    "  - port: 80",
    "    path: /",
    "",
  ]);
});
