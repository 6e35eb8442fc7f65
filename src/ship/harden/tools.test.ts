import { expect, test } from "vitest";
import { TRIMMED_TOOLS, toolsToTrim, trimScript } from "./tools.ts";

test.each<readonly [string, readonly string[], readonly string[]]>([
  ["curl", ["curl -f http://127.0.0.1/"], []],
  ["su", ["/entry.sh", "exec su web -c 'serve'"], []],
  ["wget", ["/bin/sh", "/usr/bin/wget"], []],
  ["ssh", [], ["ssh"]],
])("%s stays where it is named", (tool, commands, keep) => {
  expect(toolsToTrim(commands, keep)).not.toContain(tool);
  expect(toolsToTrim([], [])).toContain(tool);
  expect(toolsToTrim(["resurl", "curling"], [])).toContain("curl");
});

test("no tool is one that its own script, a shell or a loader needs", () => {
  for (const needed of ["sh", "bash", "rm", "find", "chmod", "ls", "cat", "env"]) expect(TRIMMED_TOOLS).not.toContain(needed);
  expect(new Set(TRIMMED_TOOLS).size).toBe(TRIMMED_TOOLS.length);
  expect(trimScript(["apt"])).toContain("for tool in apt;");
});
