import { expect, test } from "vitest";
import { readOverlayLayers } from "./overlay-layers.ts";

const cases = [
  ["rw,lowerdir=/a:/b,upperdir=/u,workdir=/w", { upper: "/u", lower: ["/a", "/b"], hasUserMarks: false }],
  ["rw,lowerdir=l/A:l/B,upperdir=x/diff,workdir=x/work,userxattr", { upper: "x/diff", lower: ["l/A", "l/B"], hasUserMarks: true }],
  [String.raw`rw,lowerdir=/a\134:b:/c\134,d,upperdir=/u\040v`, { upper: "/u v", lower: ["/a:b", "/c,d"], hasUserMarks: false }],
  ["rw,lowerdir+=/a,lowerdir+=/b,upperdir=/u", { upper: "/u", lower: ["/a", "/b"], hasUserMarks: false }],
  ["rw,lowerdir=/a::/data", { upper: null, lower: ["/a", "/data"], hasUserMarks: false }],
] as const;

test.each(cases)("%s", (options, layers) => {
  expect(readOverlayLayers(options)).toEqual(layers);
});
