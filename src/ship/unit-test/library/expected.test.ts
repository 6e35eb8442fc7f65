import { expect, test } from "vitest";
import { complaintOf, type Expected, poll } from "./expected.ts";

test.each<[string | null, Expected, string | null]>([
  ["hello", "ell", null],
  ["hello", /^hel+o$/, null],
  ["hello", ["x", /lo$/g], null],
  ["", "", null],
  [null, null, null],
  ["hello", "x", '"hello" is not "x"'],
  ["hello", [/a/, "b"], '"hello" is not /a/ or "b"'],
  ["hello", null, 'there is "hello"'],
  [null, "x", "there is nothing"],
])("%j as %j: %s", (found, expected, complaint) => {
  expect(complaintOf(found, expected)).toBe(complaint);
});

test("it is asked until it is so, and the last complaint is told", async () => {
  let count = 0;
  const ask = async (): Promise<{ readonly value: number } | { readonly complaint: string }> =>
    (count += 1) < 3 ? { complaint: `only ${count}` } : { value: count };
  expect(await poll("three", ask, { within: 60 })).toBe(3);
  await expect(poll("never", async () => ({ complaint: "not yet" }), { within: 0 })).rejects.toThrow("never: not yet (within 0 s)");
});
