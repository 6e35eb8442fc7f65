import { describe, expect, test } from "vitest";
import { makeDraft } from "../make-draft.ts";
import { inputOf, type TestHistoryOptions, type TestStep } from "../test-history.ts";

function run(argv: readonly string[], before: readonly TestStep[] = [], options: TestHistoryOptions = {}): string {
  const step: TestStep = { typed: "", kind: "exec", argv, does: ["+ /srv/x = a"] };
  const text = makeDraft(inputOf([...before, step], options)).dockerfile.replaceAll(" \\\n    ", " ");
  return text.split("\n").findLast((line) => line.startsWith("RUN ")) ?? text;
}

describe("the one text of a shell", () => {
  test.each([
    ["mkdir -p /srv && echo a >/srv/x", "mkdir -p /srv && echo a >/srv/x"],
    ["cd /srv && echo a >x", "(cd /srv && echo a >x)"],
    ['for i in 1 2; do echo "$i"; done >/srv/x', 'for i in 1 2; do echo "$i"; done >/srv/x'],
  ])("%s is read as it is", (text, expected) => {
    for (const shell of ["sh", "/bin/bash"]) expect(run([shell, "-c", text])).toBe(`RUN ${expected}`);
  });

  test.each([
    ["something stays in its shell", "export A=1; echo $A >/srv/x"],
    ["it sets a variable", "a=1; echo $a >/srv/x"],
    ["it ends its shell", "echo a >/srv/x; exit 3"],
    ["only the inner shell has it", "echo $0 >/srv/x"],
    ["it is no plain list", "test -e /y || echo a >/srv/x"],
    ["it has a comment", "echo a >/srv/x # that"],
    ["shells differ", "echo {1..3} >/srv/x"],
    ["it runs on", "sleep 1 & echo a >/srv/x"],
    ["it is another command's", "command echo a >/srv/x"],
  ])("stays with its shell where %s", (_why, text) => {
    expect(run(["sh", "-c", text])).toBe(`RUN sh -c '${text}'`);
  });

  test.each([
    [["sh", "-c", "echo a >/srv/x", "name"], "RUN sh -c 'echo a >/srv/x' name"],
    [["sh", "-ec", "echo a >/srv/x"], "RUN sh -ec 'echo a >/srv/x'"],
    [["zsh", "-c", "echo a >/srv/x"], "RUN zsh -c 'echo a >/srv/x'"],
  ])("%j is no such text", (argv, expected) => {
    expect(run(argv)).toBe(expected);
  });

  test("stays with its shell where the container's has what that one had not", () => {
    const text = "greet >/srv/x";
    for (const before of [{ functions: { greet: "greet () { echo hi; }" } }, { sets: { greet: "1" } }])
      expect(run(["sh", "-c", text], [{ typed: "x", ...before }])).toContain("sh -c 'greet >/srv/x'");
  });
});
