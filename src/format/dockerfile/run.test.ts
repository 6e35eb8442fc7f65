import fc from "fast-check";
import { expect, test } from "vitest";
import { contextName, printCopy, printPairs, readInstructions } from "./instructions.ts";
import { fitsShellForm, printExecRun, printHereRun, printRun } from "./run.ts";

/** What the builders make of an instruction's lines: continued lines joined, blank and comment lines among them gone. */
function joinAsBuilder(instruction: string): string {
  const lines = instruction.split("\n");
  return lines
    .map((line, index) => {
      if (index > 0 && /^\s*(?:#|\\?$)/.test(line)) throw new Error(`the builder drops ${line}`);
      const isLast = index === lines.length - 1;
      if (line.endsWith("\\") === isLast) throw new Error(`ends in the wrong place: ${line}`);
      return isLast ? line : line.slice(0, -1);
    })
    .join("");
}

function scriptOf(run: string): unknown {
  return JSON.parse(joinAsBuilder(run).replace(/^RUN (?:--\S+ )*/, ""));
}

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("\n", "#", " ", "\t", "\\", '"', "'", "$", "\\n", "a", "\u001b", "é", "😀", "<<E", "\u2028"),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

test("a script in exec form reaches the shell as it was", () => {
  fc.assert(
    fc.property(text, (script) => {
      const run = printExecRun(["/bin/bash", "-c"], script);
      expect(scriptOf(run)).toEqual(["/bin/bash", "-c", script]);
      expect(run.split("\n").every((line) => line.length < 60_000)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["one long line", "x".repeat(200_000)],
  ["a long line of blanks", ` ${" ".repeat(100_000)}`],
  ["a long line of escapes", '"\\'.repeat(60_000)],
  ["a long line of hashes", "#".repeat(120_000)],
  ["many blank lines", "\n".repeat(70_000)],
  ["wide characters", "😀\u001b".repeat(20_000)],
])("%s is broken where the builders allow", (_, script) => {
  const run = printExecRun(["/bin/sh", "-c"], script);
  expect(scriptOf(run)).toEqual(["/bin/sh", "-c", script]);
  expect(Math.max(...run.split("\n").map((line) => Buffer.byteLength(line)))).toBeLessThan(65_000);
});

test.each([
  [["echo a"], true],
  [["echo a &&", "echo b"], true],
  [["echo 'a\\'"], true],
  [["echo a\\\\"], false],
  [["# a"], false],
  [["a &&", "  # b"], false],
  [["a", ""], false],
  [['["a"]'], false],
  [["cat <<E"], false],
  [["cat <<< x"], true],
  [["echo \u0007"], false],
  [["--x"], false],
  [["echo \t tab"], true],
])("lines %j fit the shell form: %s", (lines, fits) => {
  expect(fitsShellForm(lines)).toBe(fits);
});

test("a RUN is one instruction to a reader, in each form", () => {
  const dockerfile = [
    "FROM scratch",
    printRun(["a &&", "b"], ["--mount=type=cache,target=/x"]),
    printExecRun(["/bin/sh", "-c"], "a\n\n# b\nc\\\n"),
    printHereRun("/bin/bash", "cat <<EOF\nx\nEOF\nEOF_"),
  ].join("\n");
  const read = readInstructions(dockerfile);
  expect(read.map(({ name }) => name)).toEqual(["FROM", "RUN", "RUN", "RUN"]);
  expect(read.at(-1)?.lastLine).toBe(dockerfile.split("\n").length);
});

test.each([
  [["a", "b"], "/etc/", null, "COPY a b /etc/"],
  [["a b"], "/etc/a b", "--chown=1:2", 'COPY --chown=1:2 ["a b", "/etc/a b"]'],
  [["a"], "/x$y", null, 'COPY ["a", "/x\\\\$y"]'],
])("COPY %j to %s", (sources, destination, option, expected) => {
  expect(printCopy(sources, destination, option)).toBe(expected);
});

test.each([
  ["a b.txt", "a b.txt"],
  ["ünï", "ünï"],
  ["a[0]*?.txt", "a%5B0%5D%2A%3F.txt"],
  ["$HOME\\", "%24HOME%5C"],
  ["-flag", "%2Dflag"],
  ["line\nbreak", "line%0Abreak"],
])("the context holds %j as %s", (name, expected) => {
  expect(contextName(name)).toBe(expected);
});

test("values of ENV are quoted so that nothing in them is expanded", () => {
  const pairs = [
    { key: "A", value: "plain/value:1" },
    { key: "B", value: 'a "b" $c \\d' },
    { key: "PATH", value: "$PATH:/x", isRaw: true },
  ];
  expect(printPairs("ENV", pairs)).toBe('ENV A=plain/value:1 B="a \\"b\\" \\$c \\\\d" PATH=$PATH:/x');
  expect(() => printPairs("ENV", [{ key: "A", value: "a\nb" }])).toThrow(RangeError);
});
