import { expect, test } from "vitest";
import { resolveSettings } from "../settings/resolve.ts";
import { testSources } from "../settings/test-sources.ts";
import { type ImageNames, imageNames, imageNamesToSeek } from "./image-names.ts";

function names(lines: string): ImageNames {
  const sources = testSources({ unit: `services:\n  web:\n    ${lines}` });
  return imageNames(resolveSettings({ ...sources, hasDockerfile: lines.includes("build") }));
}

test.each([
  ["build: .", "web:latest", "web:live", "web:prev", "web:release-3"],
  ["{ build: ., image: shop/app }", "shop/app:latest", "shop/app:live", "shop/app:prev", "shop/app:release-3"],
  ["{ build: ., image: 'shop/app:stable' }", "shop/app:latest", "shop/app:stable", "shop/app:prev", "shop/app:release-3"],
  [
    "{ build: ., x-cooper: { repositories: ['reg.example:5000/shop', local] } }",
    "reg.example:5000/shop/web:latest",
    "reg.example:5000/shop/web:live",
    "reg.example:5000/shop/web:prev",
    "reg.example:5000/shop/web:release-3",
  ],
  ["image: 'redis:7'", "cooper/web:latest", "cooper/web:live", "cooper/web:prev", "cooper/web:release-3"],
  [`image: redis@sha256:${"0".repeat(64)}`, "cooper/web:latest", "cooper/web:live", "cooper/web:prev", "cooper/web:release-3"],
])("%s", (lines, ...wanted) => {
  const { latest, live, prev, release } = names(lines);
  expect([latest, live, prev, release(3)]).toEqual(wanted);
});

test.each([["My App"], ["web shop"], ["wéb"]])("%j is no name of an image", (name) => {
  const sources = { ...testSources({ unit: "services: { web: { build: . } }" }), name };
  expect(() => imageNames(resolveSettings(sources))).toThrow(expect.objectContaining({ code: "unit-name-malformed", exit: 2 }));
});

test.each([
  ["Web", "{ image: nginx }", undefined],
  ["Web", "{ build: ., image: shop/app }", "shop/app:live"],
  ["Web", "{ build: . }", undefined],
  ["web", "{ image: nginx }", "cooper/web:live"],
])("images of %s with %s are sought as %s", (name, lines, live) => {
  const sources = { ...testSources({ unit: `services: { web: ${lines} }` }), name, hasDockerfile: lines.includes("build") };
  expect(imageNamesToSeek(resolveSettings(sources))?.live).toBe(live);
});

test("what is built cannot be one digest for ever", () => {
  expect(() => names(`{ build: ., image: app@sha256:${"0".repeat(64)} }`)).toThrow(expect.objectContaining({ code: "image-by-digest" }));
});
