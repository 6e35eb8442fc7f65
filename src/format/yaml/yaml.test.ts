import fc from "fast-check";
import { expect, test } from "vitest";
import { printYaml } from "./print-yaml.ts";
import { readYaml } from "./read-yaml.ts";

test.each([
  ["a: 1", { a: 1 }],
  ["a: [true, False, ~, null, '', text]", { a: [true, false, null, null, "", "text"] }],
  ["v: 1.10", { v: "1.10" }],
  ['a: "022"\nb: \'no\'\nc: "22:22"', { a: "022", b: "no", c: "22:22" }],
  ["a: 8080:80", { a: "8080:80" }],
  ["a: 2027-01-01", { a: "2027-01-01" }],
  ["8080: 80", { "8080": 80 }],
  ["a: &x {b: 1}\nc: *x", { a: { b: 1 }, c: { b: 1 } }],
  ["x: &x {b: 1, c: 2}\ny: {<<: *x, c: 3}", { x: { b: 1, c: 2 }, y: { b: 1, c: 3 } }],
  ["x: &x {b: 1}\nz: &z {b: 2, d: 2}\ny: {<<: [*x, *z]}", { x: { b: 1 }, z: { b: 2, d: 2 }, y: { b: 1, d: 2 } }],
  ["a: |\n  no\n", { a: "no\n" }],
  ["", null],
])("%j is read", (text, value) => {
  expect(readYaml(text, "a.yaml").value).toEqual(value);
});

test.each([
  ["a: 22:22", 1, 4, "base of 60"],
  ["a: 1\nb: no", 2, 4, "false for others"],
  ["on: 1", 1, 1, "true for others"],
  ["a: 0644", 1, 4, "octal"],
  ["a: 0o644", 1, 4, "octal"],
  ["a: 0x10", 1, 4, "number"],
  ["a: 1_000", 1, 4, "number"],
  ["a: 1e3", 1, 4, "number"],
  ["a: 1\na: 2", 2, 1, "twice"],
  ["a: &a [*a]", 1, 8, "no anchor"],
  ["a: *x", 1, 4, "anchor|alias"],
  ["a: !foo 1", 1, 9, "tag"],
  ["a: [", 1, 5, ""],
  ["a: 1\n---\nb: 1", 2, 1, "document"],
  ["? [a]\n: 1", 1, 3, "one word"],
  ["__proto__: 1", 1, 1, "__proto__"],
  ["b: {<<: 1}", 1, 9, "merge"],
])("%j is refused at %d:%d", (text, line, column, message) => {
  expect(() => readYaml(text, "a.yaml")).toThrow(
    expect.objectContaining({ code: "yaml-invalid", message: expect.stringMatching(message), where: { file: "a.yaml", line, column } }),
  );
});

test("what older tools read is read as they read it", () => {
  expect(readYaml("a: yes\nb: off\nc: 0644\nd: 1", "a.yaml", "1.1").value).toEqual({ a: true, b: false, c: "0644", d: 1 });
});

test("a file that would become a big one is refused", () => {
  const lines = Array.from(
    { length: 12 },
    (_, index) =>
      `a${index}: &a${index} [${Array(10)
        .fill(index === 0 ? "x" : `*a${index - 1}`)
        .join(", ")}]`,
  );
  expect(() => readYaml(lines.join("\n"), "a.yaml")).toThrow(expect.objectContaining({ code: "yaml-invalid" }));
});

test("places and tags are known", () => {
  const file = readYaml("a:\n  - b: 1\n    c: !override [x]\n", "a.yaml");
  expect(file.place(["a", 0, "b"])).toEqual({ file: "a.yaml", line: 2, column: 8 });
  expect(file.keyPlace(["a", 0, "c"])).toEqual({ file: "a.yaml", line: 3, column: 5 });
  expect(file.place(["a", 0, "gone", "deep"])).toEqual({ file: "a.yaml", line: 2, column: 5 });
  expect(file.tag(["a", 0, "c"])).toBe("!override");
  expect(file.tag(["a", 0, "b"])).toBeNull();
});

const text = fc.oneof(
  fc.string(),
  fc.constantFrom("no", "22:22", "0644", "1e3", "0x1", "~", "null", "- a", "a: b", "1.10", "+1", "1_0", "<<", "=", "y"),
);
test("what is printed is read back", () => {
  const value = fc.dictionary(
    text.filter((key) => key !== "__proto__" && key !== "<<"),
    fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text), fc.constant(null)),
  );
  fc.assert(
    fc.property(value, (written) => {
      expect(readYaml(printYaml(written), "a.yaml").value).toEqual({ ...written });
    }),
    { numRuns: 60 },
  );
});
