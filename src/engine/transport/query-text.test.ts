import { expect, test } from "vitest";
import { decodePath } from "../../format/tree/path-bytes.ts";
import { queryText } from "./query-text.ts";

test("nothing asked is no query", () => {
  expect(queryText({})).toBe("");
  expect(queryText({ signal: undefined })).toBe("");
});

test("what is asked is read back by a server as it was", () => {
  const asked = { path: "/a b+c&d=é€😀%", all: true, t: 5 };
  const read = new URLSearchParams(queryText(asked));
  expect(Object.fromEntries(read)).toEqual({ path: asked.path, all: "true", t: "5" });
});

test("a path that is not UTF-8 keeps its bytes", () => {
  expect(queryText({ path: decodePath(Buffer.from([0x2f, 0xe9, 0x64, 0xff])) })).toBe("?path=%2F%E9d%FF");
});
