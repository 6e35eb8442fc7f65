import { expect, test } from "vitest";
import { readExportedFunctions, readFunctions } from "./functions.ts";

test.each([
  ["g() { echo $1; }", { g: "g() { echo $1; }" }],
  ["f () (\n  cd /\n)", { f: "f () (\n  cd /\n)" }],
  ["a() { :; }; b() { a; }", { a: "a() { :; }", b: "b() { a; }" }],
  ["unset -f g", { g: null }],
  ["if true; then g() { :; }; fi", {}],
  ["echo 'g() { :; }'", {}],
  ["g() {", {}],
])("%j defines %j", (text, functions) => {
  expect(readFunctions(text)).toEqual(functions);
});

test.each([
  ["export -f f g", ["f", "g"]],
  ["declare -fx f", ["f"]],
  ["f() { :; }; export -f f", ["f"]],
  ["export -n -f f", []],
  ["declare -f f", []],
  ["export A=1", []],
  ["rm -rf x", []],
])("%j exports %j", (text, names) => {
  expect(readExportedFunctions(text)).toEqual(names);
});
