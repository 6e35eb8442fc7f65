import { expect, test } from "vitest";
import { nameTest } from "../service/service-row.ts";
import { SERVICES } from "./services.ts";

test.each(["scripts", "programs"] as const)("no two services share a name among their %s", (kind) => {
  const names = SERVICES.flatMap((row) => row[kind]);
  const rowsOf = (name: string): number => SERVICES.filter((row) => row[kind].some((pattern) => nameTest(pattern).test(name))).length;
  const shared = names.filter((name) => rowsOf(name) > 1);
  expect(shared).toEqual([]);
});
