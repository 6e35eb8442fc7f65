import { expect, test } from "vitest";
import { imageOf } from "../test-image.ts";
import { askedPattern, matchPaths } from "./glob.ts";

const ROWS = { "/lib": "-> usr/lib", "/usr/lib/a.so": "", "/usr/lib/deep/b.so": "", "/usr/library": "", "/srv/x{y}": "" };

test.each([
  ["/lib/*.so", ["/usr/lib/a.so"]],
  ["/lib/deep", ["/usr/lib/deep", "/usr/lib/deep/b.so"]],
  ["/lib/deep/", ["/usr/lib/deep", "/usr/lib/deep/b.so"]],
  ["/lib", ["/lib"]],
  ["/usr/lib", ["/usr/lib", "/usr/lib/a.so", "/usr/lib/deep", "/usr/lib/deep/b.so"]],
  ["/usr/{lib/a.so,library}", ["/usr/lib/a.so", "/usr/library"]],
  ["/**/b.so", ["/usr/lib/deep/b.so"]],
  ["/none/*", []],
])("askedPattern of %s", async (glob, named) => {
  const image = await imageOf(ROWS);
  const pattern = askedPattern(image, glob);
  expect([...image.paths.keys()].filter((path) => pattern.test(path)).toSorted()).toEqual(named);
});

test("a list of names may have wildcards", async () => {
  expect(matchPaths(await imageOf(ROWS), "/usr/{?i*,none}/{?.so,dee*}")).toEqual(["/usr/lib/a.so", "/usr/lib/deep"]);
});

test("matchPaths follows a link in the fixed part", async () => {
  expect(matchPaths(await imageOf(ROWS), "/lib/**")).toEqual(["/usr/lib/a.so", "/usr/lib/deep", "/usr/lib/deep/b.so"]);
});
