import { expect, test } from "vitest";
import { readFunctions } from "./functions.ts";

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
