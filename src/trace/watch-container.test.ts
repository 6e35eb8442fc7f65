import { expect, test } from "vitest";
import { readActs } from "./watch-container.ts";

const records = (...texts: readonly string[]): readonly Buffer[] => texts.map((text) => Buffer.from(text, "latin1"));

test("knows the parents of a process also after it has ended", () => {
  const parents = new Map<number, number>();
  expect(readActs(records("P9\t7", "P7\t0", "O9\t/etc/a"), parents)).toEqual([{ pid: 9, parents: [7, 0], act: "opened", path: "/etc/a" }]);
  expect(readActs(records("W9\t/b", "X5\t/bin/c", "L5\t/d"), parents)).toEqual([
    { pid: 9, parents: [7, 0], act: "written", path: "/b" },
    { pid: 5, parents: [], act: "executed", path: "/bin/c" },
    { pid: 5, parents: [], act: "listed", path: "/d" },
  ]);
});

test("is not led into a circle by a process number that came again", () => {
  expect(readActs(records("P9\t7", "P7\t9", "O9\t/a"), new Map())[0]?.parents).toEqual([7, 9]);
});
