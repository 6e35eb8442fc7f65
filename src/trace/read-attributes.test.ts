import { expect, test } from "vitest";
import { parseAttributes } from "./read-attributes.ts";

const bytes = (...fields: string[]): Buffer => Buffer.from(fields.map((field) => `${field}\0`).join(""), "latin1");

const cases = [
  ["no tree", bytes(), []],
  ["a tree without", bytes("."), [{ byPath: new Map(), unread: [] }]],
  [
    "a folder of its own, a name that is no UTF-8, an empty value",
    bytes("A", "", "1", "trusted.overlay.opaque", "79", "A", "/\xff", "2", "user.a", "", "user.b", "00", "."),
    [
      {
        byPath: new Map([
          ["", { "trusted.overlay.opaque": "79" }],
          ["/\udcff", { "user.a": "", "user.b": "00" }],
        ]),
        unread: [],
      },
    ],
  ],
  [
    "an error, and a second tree",
    bytes("E", "13", "/a", ".", "."),
    [
      { byPath: new Map(), unread: [{ path: "/a", error: 13 }] },
      { byPath: new Map(), unread: [] },
    ],
  ],
] as const;

test.each(cases)("%s", (_what, given, trees) => {
  expect(parseAttributes(given)).toEqual(trees);
});
