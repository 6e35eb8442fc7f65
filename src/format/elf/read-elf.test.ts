import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ElfFile, isElf, readElf } from "./read-elf.ts";

const PROGRAMS = ["/bin/ls", "/bin/bash", process.execPath];

/** What readelf, the outside judge, says of a file's dynamic section. */
function judge(path: string): { needed: string[]; interpreter: string | null } {
  const text = execFileSync("readelf", ["-dlW", path], { encoding: "utf8" });
  const needed = [...text.matchAll(/\(NEEDED\)\s+Shared library: \[(.+?)\]/g)].map((match) => match[1] ?? "");
  return { needed, interpreter: /interpreter: (.+?)\]/.exec(text)?.[1] ?? null };
}

function elfOf(bytes: Buffer): ElfFile | null {
  return readElf((offset, length) => bytes.subarray(offset, offset + length));
}

describe("readElf", () => {
  test.each(PROGRAMS)("reads %s as readelf does", (path) => {
    const elf = elfOf(readFileSync(path));
    expect({ needed: elf?.needed, interpreter: elf?.interpreter }).toEqual(judge(path));
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["a script", Buffer.from("#!/bin/sh\n".repeat(20))],
    ["only the magic", Buffer.from([0x7f, 0x45, 0x4c, 0x46])],
    ["a header whose tables lie outside", Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]), Buffer.alloc(80, 0xff)])],
    ["a program cut off in the middle of its tables", readFileSync("/bin/ls").subarray(0, 100)],
  ])("gives null for %s", (_name, bytes) => {
    expect(elfOf(bytes)).toBeNull();
  });

  test("has the names that a program imports", () => {
    expect(elfOf(readFileSync("/bin/ls"))?.names.includes("\0opendir\0")).toBe(true);
  });

  test("tells an ELF file by its first bytes", () => {
    expect(isElf(readFileSync("/bin/ls"))).toBe(true);
    expect(isElf(Buffer.from("#!/b"))).toBe(false);
  });
});
