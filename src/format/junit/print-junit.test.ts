import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { printJunit } from "./print-junit.ts";

const JUDGE = `import sys, json, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps([[c.get("name"), [e.tag for e in c], "".join(c.itertext())] for c in root.iter("testcase")]))`;

test("a reader of XML finds what was given", () => {
  const xml = printJunit([
    {
      name: 'web "<&',
      cases: [
        { name: "a", outcome: "passed", why: "", output: "", seconds: 0.5 },
        { name: "b <c> & 'd'", outcome: "failed", why: "one\ntwo ]]>", output: "\u001b[31mred\ud800", seconds: 1 },
        { name: "e", outcome: "skipped", why: "later", output: "", seconds: 0 },
      ],
    },
  ]);
  const { stdout, stderr } = spawnSync("python3", ["-c", JUDGE], { input: xml, encoding: "utf8" });
  expect({ stderr, cases: JSON.parse(stdout || "null") }).toEqual({
    stderr: "",
    cases: [
      ["a", [], ""],
      ["b <c> & 'd'", ["failure", "system-out"], "one\ntwo ]]>\\u001b[31mred\\ud800"],
      ["e", ["skipped"], ""],
    ],
  });
  expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1" time="1.500"');
});
