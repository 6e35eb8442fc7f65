import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { clampLink, clampToPath, isTarget } from "./clamp-link.ts";

test.each([
  ["/a/link", "file", "file"],
  ["/a/link", "../b/file", "../b/file"],
  ["/a/link", "./b//file", "./b//file"],
  ["/a/link", "/etc/passwd", "../etc/passwd"],
  ["/link", "/etc/passwd", "etc/passwd"],
  ["/a/b/link", "/", "../.."],
  ["/link", "/", "."],
  ["/a/link", "../../../../root/.ssh/id", "../root/.ssh/id"],
  ["/link", "..", "."],
  ["/a/link", "/../../etc", "../etc"],
  ["/a/link", "", "."],
])("the link %s to %s leads to %s", (link, target, clamped) => {
  expect(clampLink(link, target)).toEqual({ kind: "safe", target: clamped });
});

test.each([
  ["/a/link", "b/../../c", "/a/b/../../c"],
  ["/a/link", "../b/../c", "/a/../b/../c"],
  ["/a/link", "/b/../c", "/b/../c"],
])("the link %s to %s is asked for as %s", (link, target, asked) => {
  expect(clampLink(link, target)).toEqual({ kind: "winding", path: asked });
});

const name = fc.constantFrom("a", "b", "..", ".", "", "...", "x y");
const target = fc
  .tuple(fc.boolean(), fc.array(name, { maxLength: 8 }))
  .map(([isAbsolute, names]) => (isAbsolute ? "/" : "") + names.join("/"));
const link = fc.array(fc.constantFrom("d", "e"), { minLength: 1, maxLength: 5 }).map((names) => `/${names.join("/")}`);

// Followed name by name; a name that is no ".." may be a link itself, which is clamped where it stands: it leads anywhere below the root.
function leavesRoot(from: string, clamped: string): boolean {
  let depth = from.split("/").length - 2;
  let hasName = false;
  for (const one of clamped.split("/")) {
    if (one === "..") {
      if (hasName) return true;
      depth -= 1;
    } else if (one !== "." && one !== "") hasName = true;
    if (depth < 0) return true;
  }
  return clamped.startsWith("/");
}

test("no link leads out, whatever it says", () => {
  fc.assert(
    fc.property(link, target, (from, to) => {
      const clamped = clampLink(from, to);
      const text = clamped.kind === "safe" ? clamped.target : clampToPath(from, clamped.path);
      expect(leavesRoot(from, text)).toBe(false);
    }),
  );
});

test("a link that needs no clamping leads where it led", () => {
  fc.assert(
    fc.property(link, target, (from, to) => {
      const clamped = clampLink(from, to);
      const text = clamped.kind === "safe" ? clamped.target : clampToPath(from, clamped.path);
      expect(path.resolve(path.dirname(from), text)).toBe(path.resolve(path.dirname(from), to));
    }),
  );
});

test.each([
  ["../etc/hostname", true],
  ["x".repeat(4_095), true],
  ["x".repeat(4_096), false],
  ["..\0/x", false],
])("%j can be given as it is: %j", (target, expected) => {
  expect(isTarget(target)).toBe(expected);
});
