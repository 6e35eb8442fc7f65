import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { demultiplex } from "./demultiplex.ts";

function frame(kind: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let from = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return [...chunks, bytes.subarray(from)].filter((chunk) => chunk.length > 0);
}

async function read(chunks: readonly Buffer[]): Promise<{ stdout: string; stderr: string }> {
  const parts: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  for await (const { stream, bytes } of demultiplex(Readable.from(chunks, { objectMode: false }))) parts[stream].push(bytes);
  return { stdout: Buffer.concat(parts.stdout).toString("hex"), stderr: Buffer.concat(parts.stderr).toString("hex") };
}

const hex = (text: string): string => Buffer.from(text).toString("hex");

describe("demultiplex", () => {
  test.each([
    ["nothing", [], "", ""],
    ["both streams in one chunk", [Buffer.concat([frame(1, Buffer.from("out")), frame(2, Buffer.from("err"))])], "out", "err"],
    ["an empty frame", [frame(1, Buffer.alloc(0)), frame(1, Buffer.from("x"))], "x", ""],
    ["stdin's echo counts as output", [frame(0, Buffer.from("in"))], "in", ""],
    ["a cut-off frame", [frame(1, Buffer.from("whole")).subarray(0, 10)], "wh", ""],
    ["a cut-off header", [frame(1, Buffer.from("a")), Buffer.from([1, 0])], "a", ""],
  ])("%s", async (_name, ...[chunks, stdout, stderr]) => {
    expect(await read(chunks)).toEqual({ stdout: hex(stdout), stderr: hex(stderr) });
  });

  test("a long frame is given as it comes, a short one whole", async () => {
    const long = Buffer.alloc(10_000, "l");
    const bytes = Buffer.concat([frame(1, long), frame(2, Buffer.from("short"))]);
    const given: (readonly [string, number])[] = [];
    for await (const piece of demultiplex(Readable.from(cut(bytes, [5_008, 5_010]), { objectMode: false })))
      given.push([piece.stream, piece.bytes.length]);
    expect(given).toEqual([
      ["stdout", 5_000],
      ["stdout", 5_000],
      ["stderr", 5],
    ]);
  });

  test("the engine's own error is thrown", async () => {
    await expect(read([frame(3, Buffer.from("disk full"))])).rejects.toMatchObject({
      code: "engine-refused",
      message: "The engine says: disk full",
    });
  });

  test("any cutting gives the same bytes", async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), { maxLength: 20 });
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(frames, sizes, async (all, at) => {
        const bytes = Buffer.concat(all.map(([kind, body]) => frame(kind, body)));
        const wanted = (kind: number): string => Buffer.concat(all.filter(([one]) => one === kind).map(([, body]) => body)).toString("hex");
        expect(await read(cut(bytes, at))).toEqual({ stdout: wanted(1), stderr: wanted(2) });
      }),
      { numRuns: 200 },
    );
  });
});
