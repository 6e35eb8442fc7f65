import { expect, test } from "vitest";
import { withBlock, withoutBlock } from "./rc-block.ts";

const files = [null, "", "alias ll='ls -l'\n", "no end", "\n", "a\n\n\n", "a\nb", "a\r\n"];

test.each(files)("what was there comes back byte for byte: %j", (text) => {
  const installed = withBlock(text, "source x");
  expect(installed).toContain("\nsource x\n");
  expect(withoutBlock(installed)).toBe(text);
  expect(withBlock(installed, "source x")).toBe(installed);
  expect(withoutBlock(withBlock(installed, "source y"))).toBe(text);
});

test("what was written behind the block stays", () => {
  expect(withoutBlock(`${withBlock("a\n", "x")}b\n`)).toBe("a\nb\n");
  expect(withoutBlock(`${withBlock("a", "x")}b\n`)).toBe("a\nb\n");
});

test("a file without a whole block stays as it is", () => {
  expect(withoutBlock("a\n# >>> cooper >>>\nb\n")).toBe("a\n# >>> cooper >>>\nb\n");
});
