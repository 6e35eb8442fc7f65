import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { chainLinks, joinableLines, readBody } from "./body.ts";
import { hasSyntaxError } from "./syntax.ts";

/** Texts whose newlines only separate; bash must print the same for the joined lines. */
const JOINABLE = [
  "f() {\n  echo a # note\n\n  # more\n  echo b\n}\nf",
  "f()\n{\n  echo a &\n  wait\n}\nf",
  "for i in 1 2\ndo\n  echo $i\ndone",
  "for i in 1 2; do\n  case $i in\n    1) echo one\n    ;;\n    *) echo other ;;\n  esac\ndone | cat",
  "if true\nthen\n  echo a &&\n    echo b\nelif false; then\n  :\nelse\n  echo c\nfi",
  "while false\ndo\n  :\ndone\necho end",
  "(\n  echo a\n  echo b\n)",
  "{\n  echo a\n} > /dev/null\necho b",
  "echo a \\\n  b",
  "echo a |\n  cat ||\n  echo c",
  "case x\nin\n  y|x)\n    echo xy\nesac",
  "select i in a\ndo\n  break\ndone < /dev/null\necho e",
  "echo '#a' a#b #c\necho d",
  "until true\ndo :\ndone; echo u",
];

test.each(JOINABLE)("joined lines do the same: %j", (text) => {
  const lines = joinableLines(text) ?? [];
  expect(lines.length).toBeGreaterThan(0);
  const run = (script: string): string => execFileSync("bash", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  expect(run(lines.join(" "))).toBe(run(text));
});

test.each(["echo 'a\nb'", 'echo "a\nb"', "cat <<E\na\nE", "echo $(\na\n)", "a=(\n1\n)", "echo $'a\n'"])(
  "newlines that count: %j",
  (text) => {
    expect(joinableLines(text)).toBeNull();
  },
);

test.each([
  ["  a b # c", { text: "a b", needsGroup: false }],
  ["a; b", { text: "a; b", needsGroup: true }],
  ["a || b", { needsGroup: true }],
  ["a && b", { needsGroup: false }],
  ["a | b", { needsGroup: false }],
  ["# only a comment", { isEmpty: true }],
  ["cat <<E\nx\nE\n", { text: "cat <<E\nx\nE", needsGroup: true, hasHereDocument: true }],
  ["(a) &", { foreground: "(a)", endsInBackground: true }],
  ["a && b &", { foreground: "( a && b )" }],
  ["a & b &", { foreground: null, endsInBackground: true }],
])("the body of %j", (text, expected) => {
  expect(readBody(text)).toMatchObject(expected);
});

test.each([
  ["a && b && c", ["a", "b", "c"]],
  ["a && b || c", ["a && b || c"]],
  ["a && b; c", ["a && b; c"]],
  ["a && b &", ["a && b &"]],
  ["a 'x && y' && b", ["a 'x && y'", "b"]],
  ["cat <<E && b\nE", ["cat <<E && b\nE"]],
])("the links of %j", (text, expected) => {
  expect(chainLinks(text)).toEqual(expected);
});

const BROKEN = [
  "echo 'a",
  'echo "a',
  "if true",
  "a |",
  "a &&",
  "cat <<E\nx",
  "echo a \\",
  "(a",
  "{ a;",
  "echo $(a",
  "f() {",
  "case x in",
  "for i in a; do b",
  "a; done",
  "[[ a",
];

test.each(BROKEN)("broken or unfinished: %j", (text) => {
  expect(hasSyntaxError(text)).toBe(true);
});

test.each([...JOINABLE, "cat <<E\nx\nE", "echo 'a'", "a \\\\"])("whole, and bash agrees: %j", (text) => {
  expect(hasSyntaxError(text)).toBe(false);
  execFileSync("bash", ["-n", "-c", text], { stdio: ["ignore", "ignore", "pipe"] });
});
