import { expect, test } from "vitest";
import { readLayerRecords } from "./layer-records.ts";

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const long = (value: number): Buffer => Buffer.concat([number(Math.floor(value / 2 ** 32)), number(value % 2 ** 32)]);
const text = (value: string): Buffer => Buffer.concat([number(Buffer.byteLength(value, "latin1")), Buffer.from(value, "latin1")]);
const letter = (value: string): Buffer => Buffer.from(value, "latin1");
const node = (name: string, mode: number, rest: readonly Buffer[]): Buffer =>
  Buffer.concat([letter("N"), text(name), ...[mode, 33, 34].map(number), long(5_000_000_000), ...rest]);

const common = { mode: 0o644, uid: 33, gid: 34, size: 5_000_000_000, device: [0, 0] };
const nothing = { folders: [], attributes: new Map(), unread: [], signature: 0 };

const cases = [
  ["no record", [], nothing],
  [
    "a folder with a hashed script, a device, and a link with an attribute in a name that is no UTF-8; the sum of two signatures",
    [
      letter("D"),
      text("/a"),
      number(2),
      node("s", 0o100644, [letter("s"), letter("\u0002"), Buffer.alloc(32, 0xab)]),
      node("n", 0o020644, [letter("\0"), letter("\u0001"), number(1), number(3)]),
      node("\xff", 0o120644, [letter("\0"), letter("\u000c"), text("../x"), number(1), text("user.a"), text("\u0001\xfe")]),
      letter("S"),
      number(7),
      letter("S"),
      number(2),
    ],
    {
      ...nothing,
      signature: 9,
      folders: [
        {
          path: "/a",
          hides: { trusted: false, user: true },
          nodes: [
            { ...common, name: "s", type: "file", content: "script", hash: "ab".repeat(32), link: "", attributes: {} },
            { ...common, name: "n", type: "char", content: "unread", hash: null, link: "", device: [1, 3], attributes: {} },
            { ...common, name: "\udcff", type: "symlink", content: "unread", hash: null, link: "../x", attributes: { "user.a": "01fe" } },
          ],
        },
      ],
    },
  ],
  [
    "attributes alone, and an error",
    [letter("A"), text("/x"), number(1), text("trusted.overlay.opaque"), text("y"), letter("E"), number(13), text("/y")],
    {
      ...nothing,
      attributes: new Map([["/x", { "trusted.overlay.opaque": "79" }]]),
      unread: [{ path: "/y", why: "EACCES" }],
    },
  ],
] as const;

test.each(cases)("%s", (_what, parts, records) => {
  expect(readLayerRecords(Buffer.concat(parts))).toEqual(records);
});

test.each(cases.slice(1))("cut off: %s", (_what, parts) => {
  expect(() => readLayerRecords(Buffer.concat(parts).subarray(0, -1))).toThrow(RangeError);
});
