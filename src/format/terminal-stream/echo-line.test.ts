import { expect, test } from "vitest";
import { createEchoLine } from "./echo-line.ts";

test.each([
  ["/ # ", "echo hi", "echo hi"],
  ["/ # ", "\r/ # echo hi\u001B[J\b\u001B[JXY", "echo hXY"],
  ["/ # ", "abc\b\b\u001B[K", "a"],
  ["/ # ", "abc\u001B[2DZ", "aZc"],
  ["\u001B[32m/ # \u001B[0m", "a\u001B]0;title\u0007b", "ab"],
  ["# ", "123456789012345678901234567890", "123456789012345678901234567890"],
  ["# ", "12345678901234567890\u001B[A\u001B[JX", "X"],
])("after %j, %j shows %j", (prompt, output, text) => {
  const line = createEchoLine(() => 20);
  line.write(`old text\r\n${prompt}`);
  line.begin();
  line.write(output);
  line.submit();
  line.write("\r\noutput of the command");
  expect(line.read()).toBe(text);
});

test("without a prompt nothing is known", () => {
  const line = createEchoLine(() => 20);
  line.write("text");
  expect(line.read()).toBeNull();
});
