import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { unitJsonSchema } from "./json-schema.ts";

test("the published schema is the one of the code (cooper config --schema > docs/unit.schema.json)", () => {
  const published: unknown = JSON.parse(readFileSync(new URL("../../../../docs/unit.schema.json", import.meta.url), "utf8"));
  expect(published).toEqual(JSON.parse(JSON.stringify(unitJsonSchema())));
});
