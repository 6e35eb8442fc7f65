import { expect, test } from "vitest";
import { allowRule } from "../../settings/schema/scan-schema.ts";
import { parseRules, parseUnits, rawRules, rawUnits } from "./messages.ts";

const allow = [
  allowRule.parse({ path: "/a/**", reason: "x", max_size: "2MiB", allow_critical: true }),
  allowRule.parse({ path: "/b", reason: "y", kinds: ["add"], expires: "2030-01-01" }),
];
const file = { file: "web/compose.yaml", image: null, allow };
const asText = <T>(value: T): T => JSON.parse(JSON.stringify(value));

test("rules come to a node as they were read", () => {
  expect(parseRules(asText(rawRules(file)))).toEqual(file);
});

test("what settings of units say comes to a node, less what says nothing", () => {
  const said = [
    { unit: "web", mode: "prod", rules: { profile: "service", rules: file, problem: null } },
    { unit: "db", mode: "test", rules: { profile: "strict", rules: null, problem: null } },
    { unit: "bad", mode: "prod", rules: { profile: "service", rules: null, problem: "line 3" } },
  ] as const;
  const silent = { unit: "web", mode: "dev", rules: { profile: "service", rules: null, problem: null } } as const;
  expect(parseUnits(asText(rawUnits([...said, silent])))).toEqual(said);
});
