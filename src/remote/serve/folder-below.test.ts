import { expect, test } from "vitest";
import { folderBelow } from "./folder-below.ts";

test.each([
  ["/w/container", "/w/container", "/"],
  ["/w/container", "/w/container/etc/a b", "/etc/a b"],
  ["/w/container", "/w/container2", null],
  ["/w/container", "/w", null],
])("of %s the folder %s is %s", (folder, path, inside) => {
  expect(folderBelow(folder, Buffer.from(path))?.toString() ?? null).toBe(inside);
});
