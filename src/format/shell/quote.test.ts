import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { joinWords, quoteArray, quoteFishWord, quotePairs, quoteVisibly, quoteWord } from "./quote.ts";

const word = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !text.includes("\0"));

test.each(["bash", "dash"])("%s reads a quoted word as the text it stands for", (shell) => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
      const script = `printf '%s\\0' ${words.map(quoteWord).join(" ")}`;
      const output = execFileSync(shell, ["-c", script], { encoding: "utf8" });
      expect(output.split("\0").slice(0, -1)).toEqual(words.map((one) => Buffer.from(one).toString()));
    }),
    { numRuns: 15 },
  );
});

test("bash reads a visibly quoted word as the text it stands for, and no screen does anything at it", () => {
  const risky = fc.string({
    unit: fc.constantFrom("a", " ", "'", "$", "\\", "\u001b", "\r", "\n", "\t", "\u0007", "\u202e", "\u2028", "é"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(word, risky), { minLength: 1, maxLength: 20 }), (words) => {
      const quoted = words.map(quoteVisibly).join(" ");
      expect(quoted).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/u);
      const output = execFileSync("bash", ["-c", `printf '%s\\0' ${quoted}`], { encoding: "utf8" });
      expect(output.split("\0").slice(0, -1)).toEqual(words.map((one) => Buffer.from(one).toString()));
    }),
    { numRuns: 20 },
  );
});

test.each(["bash", "dash"])("%s reads bytes that are no text as they are", (shell) => {
  const output = execFileSync(shell, ["-c", `printf %s ${quoteWord("a\udce9 '\udcff\udcfe")}${quoteVisibly("\udce9\u0007")}`]);
  expect(output.toString("latin1")).toBe("a\xe9 '\xff\xfe\xe9\x07");
});

test("bash reads an array's pairs as they were", () => {
  const pairs = [
    ["0", "a b"],
    ["3", "it's $HOME"],
    ["key with space", "x]=y"],
  ] as const;
  const script = `declare -A m=${quotePairs(pairs)}; for k in "\${!m[@]}"; do printf '%s=%s\\n' "$k" "\${m[$k]}"; done | LC_ALL=C sort`;
  const output = execFileSync("bash", ["-c", script], { encoding: "utf8" });
  expect(output).toBe("0=a b\n3=it's $HOME\nkey with space=x]=y\n");
});

test.each([
  [
    [
      ["0", "a"],
      ["1", "b c"],
    ],
    "(a 'b c')",
  ],
  [
    [
      ["1", "a"],
      ["2", ""],
    ],
    "(a '')",
  ],
  [
    [
      ["0", "a"],
      ["2", "b"],
    ],
    "([0]=a [2]=b)",
  ],
  [[], "()"],
] as const)("the array %j is %s", (pairs, expected) => {
  expect(quoteArray(pairs)).toBe(expected);
});

test.each([
  [["echo", "a b"], "echo 'a b'"],
  [["A=b", "c=d"], "'A=b' c=d"],
  [["if", "if"], "'if' if"],
  [["/bin/x", ""], "/bin/x ''"],
])("%j is the command %s", (words, expected) => {
  expect(joinWords(words)).toBe(expected);
});

test.each([
  ["", "''"],
  ["a b", "'a b'"],
  ["$HOME *", "'$HOME *'"],
  ["it's", String.raw`'it\'s'`],
  [String.raw`C:\new`, String.raw`'C:\\new'`],
])("fish reads %j from %s", (text, expected) => {
  expect(quoteFishWord(text)).toBe(expected);
});
