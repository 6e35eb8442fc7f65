import { appendFile, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../file/files.ts";
import { appendToJournal, createJournal, readJournal } from "./journal.ts";

let folder: TempFolder;
beforeEach(async () => {
  folder = await makeTempFolder("cooper-test-");
});
afterEach(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

test("gives back any values in their order", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), async (values) => {
      const journal = await createJournal(at(`j${number++}`));
      await Promise.all(values.map((value) => journal.append(value)));
      await journal.close();
      expect(await readJournal(journal.path)).toEqual({ records: JSON.parse(JSON.stringify(values)), torn: 0 });
    }),
    { numRuns: 30 },
  );
});

test("is ours alone, and made once", async () => {
  const journal = await createJournal(at("j"));
  await journal.close();
  expect((await stat(at("j"))).mode & 0o777).toBe(0o600);
  await expect(createJournal(at("j"))).rejects.toMatchObject({ code: "EEXIST" });
  expect(await readJournal(at("none"))).toEqual({ records: [], torn: 0 });
});

test("a value that JSON cannot write costs itself alone", async () => {
  const journal = await createJournal(at("j"));
  await expect(journal.append(1n)).rejects.toThrow("BigInt");
  await journal.append({ a: 1 });
  await journal.close();
  expect(await readJournal(at("j"))).toEqual({ records: [{ a: 1 }], torn: 0 });
});

test.each(["before-write", "half-written", "written", "synced"])("a failure at %s costs one record at the most", async (point) => {
  const failing = (here: string, number: number): void => {
    if (here === point && number === 1) throw new Error("full");
  };
  const journal = await createJournal(at("j"), { at: failing });
  await journal.append({ n: 0 });
  await expect(journal.append({ n: 1 })).rejects.toThrow("full");
  await journal.append({ n: 2 });
  await journal.close();
  const { records, torn } = await readJournal(at("j"));
  const isThere = point === "written" || point === "synced";
  expect([records, torn]).toEqual([isThere ? [{ n: 0 }, { n: 1 }, { n: 2 }] : [{ n: 0 }, { n: 2 }], point === "half-written" ? 1 : 0]);
  expect((await readFile(at("j"), "utf8")).endsWith('{"n":2}\n')).toBe(true);
});

test("a record that is added to a file ends a torn line first", async () => {
  await appendToJournal(at("a"), { n: 0 });
  await appendFile(at("a"), '{"n":');
  await appendToJournal(at("a"), { n: 2 });
  expect(await readJournal(at("a"))).toEqual({ records: [{ n: 0 }, { n: 2 }], torn: 1 });
  expect((await stat(at("a"))).mode & 0o777).toBe(0o600);
});
