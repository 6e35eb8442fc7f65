import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContentHasher } from "./content-hasher.ts";

function sha(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

function hashed(names: readonly string[], pieces: readonly (string | Buffer)[]): { hash: string; comparable: string } {
  const hasher = new ContentHasher(names);
  for (const piece of pieces) hasher.push(Buffer.from(piece));
  return hasher.finish();
}

describe("host names in contents", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["no name", ["nothing here"], "nothing here"],
    ["alone", ["web1"], "HOSTNAME"],
    ["in a text", ["host=web1.\n"], "host=HOSTNAME.\n"],
    ["twice, over a border", ["a web", "1 b we", "b1 web1"], "a HOSTNAME b web1 web1".replace("b web1 web1", "b HOSTNAME HOSTNAME")],
    ["byte by byte", "x web1 y".split(""), "x HOSTNAME y"],
    ["at the end after a border", ["x w", "eb1"], "x HOSTNAME"],
    ["part of a longer word", ["web12 xweb1 web1x"], "web12 xweb1 web1x"],
    ["a word only after the border", ["x", "web1 ", "web1", "2"], "xweb1 web12"],
    ["the second of two names", ["a-long-host web1"], "HOSTNAME HOSTNAME"],
    ["binary", ["web1\0"], "web1\0"],
    ["binary found out late", ["web1 ", "\0"], "web1 \0"],
    ["a NUL behind the probe", [`web1 ${"x".repeat(9000)}`, "\0 web1"], `HOSTNAME ${"x".repeat(9000)}\0 HOSTNAME`],
    ["empty", [], ""],
  ];
  test.each(cases)("%s", (_name, pieces, comparable) => {
    expect(hashed(["web1", "a-long-host", ""], pieces)).toEqual({ hash: sha(pieces.join("")), comparable: sha(comparable) });
    expect(new ContentHasher(["web1", "a-long-host"]).whole(Buffer.from(pieces.join("")))).toEqual({
      hash: sha(pieces.join("")),
      comparable: sha(comparable),
    });
  });

  test("how a content is cut does not matter", () => {
    const words = fc.array(fc.constantFrom("web1", "we", "b1", " ", "\n", "x", "web", "1"), { maxLength: 40 }).map((list) => list.join(""));
    fc.assert(
      fc.property(words, fc.array(fc.nat(60), { maxLength: 8 }), (text, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        const comparable = text.replaceAll(/(?<![A-Za-z0-9])web1(?![A-Za-z0-9])/g, "HOSTNAME");
        expect(hashed(["web1"], pieces)).toEqual({ hash: sha(text), comparable: sha(comparable) });
      }),
    );
  });
});
