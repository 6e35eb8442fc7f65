import { expect, test } from "vitest";
import type { ContainerInfo } from "../../../engine/container/container.ts";
import { rulesOfInstance } from "./unit-instance.ts";

const rules = (problem: string) => ({ profile: "service", rules: null, problem }) as const;
const all = [
  { unit: "web", mode: "prod", rules: rules("web") },
  { unit: "web", mode: "test", rules: rules("test of web") },
  { unit: "db", mode: "prod", rules: rules("db") },
] as const;
const SERVICE = "com.docker.swarm.service.name";
const STACK = "com.docker.stack.namespace";

const cases = [
  ["web", {}, "web"],
  ["web2", {}, undefined],
  ["db", { "cooper.unit": "web" }, "web"],
  ["db", { "cooper.unit": "gone" }, undefined],
  ["test-web", { "cooper.unit": "web", "cooper.mode": "test" }, "test of web"],
  ["db", { "cooper.mode": "test" }, undefined],
  ["db", { "cooper.mode": "no mode" }, "db"],
  ["shop_web.1.x", { [SERVICE]: "shop_web", [STACK]: "shop" }, "web"],
  ["web.1.x", { [SERVICE]: "web" }, "web"],
  ["shop_web.1.x", { [SERVICE]: "shop_web" }, undefined],
  ["shop_web.1.x", { [SERVICE]: "shop_web", [STACK]: "other" }, undefined],
] as const;

test.each(cases)("%s %j", (name, labels, problem) => {
  const config: Pick<ContainerInfo["config"], "labels"> = { labels };
  expect(rulesOfInstance(all, { name, config })?.problem).toBe(problem);
});
