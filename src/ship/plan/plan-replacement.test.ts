import { expect, test } from "vitest";
import { resolveSettings } from "../settings/resolve.ts";
import { testSources } from "../settings/test-sources.ts";
import { makePlan } from "./make-plan.ts";
import type { PlanFacts, Replacement } from "./model.ts";

const NOTHING: Omit<PlanFacts, "address"> = {
  home: "/home/me",
  env: {},
  volumes: null,
  testVolumes: "/srv/tests",
  images: {},
  released: null,
  networks: [],
  containers: [],
  envFiles: [],
};

function replacement(lines: string, release = "{}"): Replacement {
  const unit = `services:\n  web:\n    ${lines.replaceAll("\n", "\n    ")}\n    x-cooper: { release: ${release} }\nvolumes: { data: }\nnetworks: { own: }\n`;
  return makePlan(resolveSettings(testSources({ unit })), { ...NOTHING, address: null }).replacement;
}

test.each([
  ["image: web", "start-first", null],
  ["ports: ['80']", "start-first", null],
  ["tmpfs: [/run]\nvolumes: ['./conf:/conf:ro', /scratch]", "start-first", null],
  ["ports: ['8080:80']", "stop-first", "8080"],
  ["network_mode: host", "stop-first", "host"],
  ["networks: { own: { ipv4_address: 10.9.0.7 } }", "stop-first", "10.9.0.7"],
  ["volumes: ['data:/data']", "stop-first", "web_data"],
  ["volumes: ['./data:/data']", "stop-first", "/units/web/data"],
  ["devices: [/dev/fuse]", "stop-first", "/dev/fuse"],
])("%j goes %s", (lines, strategy, because) => {
  expect(replacement(lines)).toEqual({
    strategy,
    because: because === null ? null : expect.stringContaining(because),
    deadlineMs: null,
    stayUpMs: 5000,
  });
});

test("the settings choose, but not what cannot be", () => {
  expect(replacement("image: web", "{ strategy: stop-first }").strategy).toBe("stop-first");
  expect(replacement("volumes: ['data:/data']", "{ strategy: start-first }").strategy).toBe("start-first");
  expect(replacement("image: web", "{ deadline: 2m, stay_up: 1s }")).toMatchObject({ deadlineMs: 120_000, stayUpMs: 1000 });
  expect(() => replacement("ports: ['8080:80']", "{ strategy: start-first }")).toThrow("8080");
});
