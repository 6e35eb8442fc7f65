import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { collect, readMilliseconds, readNameAndFile, readNameAndValue, readSpeed } from "./argument.ts";
import { VERSION } from "../version.ts";

test.each([
  ["A=b", ["A", "b"]],
  ["A=", ["A", ""]],
  ["A=b=c", ["A", "b=c"]],
  ["s1.2=two\nlines", ["s1.2", "two\nlines"]],
])("%j is a name and a value", (text, expected) => {
  expect(readNameAndValue(text)).toEqual(expected);
});

test.each([
  ["no sign", () => readNameAndValue("A")],
  ["no name", () => readNameAndValue("=a")],
  ["no file word", () => readNameAndFile("A=path")],
  ["a bad name", () => readNameAndFile("a b=file:/x")],
  ["speed 0", () => readSpeed("0")],
  ["speed as a word", () => readSpeed("fast")],
  ["no time", () => readMilliseconds("-1")],
])("%s is refused", (_, read) => {
  expect(read).toThrow(/must/u);
});

test("values are read and gathered", () => {
  expect(readNameAndFile("TOKEN=file:./a=b")).toEqual(["TOKEN", "./a=b"]);
  expect(readMilliseconds("1.5")).toBe(1500);
  expect(readSpeed("2")).toBe(2);
  expect(collect(readNameAndValue)("B=2", [["A", "1"]])).toEqual([
    ["A", "1"],
    ["B", "2"],
  ]);
});

test("the version is that of package.json", () => {
  expect(JSON.parse(readFileSync("package.json", "utf8"))).toMatchObject({ version: VERSION });
});
