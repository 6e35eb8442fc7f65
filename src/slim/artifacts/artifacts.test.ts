import { expect, test } from "vitest";
import { imageOf } from "../test-image.ts";
import { artifactGraph, graphText } from "./graph.ts";

test("the graph leads from what was touched to what followed from it", async () => {
  const files = await imageOf({ "/bin/a": "123", '/lib/b"': "1" });
  const graph = artifactGraph(
    files,
    new Map([
      ["/bin/a", { rule: "trace", because: "executed", level: "trace" }],
      ['/lib/b"', { rule: "elf", because: "/bin/a needs b", level: "trace" }],
    ]),
  );
  expect(graph.nodes).toEqual([
    { path: "/bin/a", rule: "trace", bytes: 3 },
    { path: '/lib/b"', rule: "elf", bytes: 1 },
  ]);
  expect(graph.edges).toEqual([{ from: "/bin/a", to: '/lib/b"', rule: "elf" }]);
  expect(graphText(graph)).toContain('  "/bin/a" -> "/lib/b\\"" [label="elf"];');
});
