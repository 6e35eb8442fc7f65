import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isCooperError } from "../../base/errors.ts";
import { ZstdDecoder } from "./decoder.ts";

/** Compressed by the reference program with the level in the name; "frames" is several with skipped ones between. */
const fixture = (name: string): Buffer => readFileSync(new URL(`../../../test/fixtures/zstd/${name}.zst`, import.meta.url));

/** What was compressed: words, runs, bytes that look like chance, numbers. */
function original(): Buffer {
  const parts: Buffer[] = [];
  let seed = 1;
  const next = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  for (let at = 0; at < 9000; at++) parts.push(Buffer.from(`line ${at % 977} of ${next() % 5000} ${"ab".repeat(next() % 9)}\n`));
  parts.push(Buffer.alloc(200_000, 7), Buffer.from(Array.from({ length: 20_000 }, () => next() & 255)));
  for (let at = 0; at < 2000; at++) parts.push(Buffer.from(`${at},`));
  return Buffer.concat(parts);
}

function decode(bytes: Buffer, size: number): Buffer {
  const decoder = new ZstdDecoder();
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(...decoder.push(bytes.subarray(at, at + size)));
  parts.push(...decoder.end());
  return Buffer.concat(parts);
}

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

test.each(["level-1", "level-3", "level-9", "level-19", "frames", "small-window"])("%s gives what was compressed", (name) => {
  const expected = hash(original());
  for (const size of [100, 65_536]) expect(hash(decode(fixture(name), size))).toBe(expected);
});

test("nothing, and a byte that repeats", () => {
  expect(decode(Buffer.from("28b52ffd2000010000", "hex"), 4).length).toBe(0);
  expect(decode(Buffer.from("28b52ffd20052b000061", "hex"), 3).toString()).toBe("aaaaa");
});

test("damaged data is an error or other bytes, never a crash", () => {
  const whole = fixture("level-9");
  const change = fc.record({ end: fc.nat(whole.length), at: fc.nat(whole.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(change, ({ end, at, byte }) => {
      const broken = Buffer.from(whole.subarray(0, end));
      if (at < broken.length) broken[at] = byte;
      try {
        decode(broken, 4096);
      } catch (error) {
        expect(isCooperError(error) && error.code).toBe("compression-damaged");
      }
    }),
    { numRuns: 60 },
  );
});
