import { expect, test } from "vitest";
import { type ExecWish, execWords } from "./exec-words.ts";

const PLAIN: ExecWish = { container: "ab", argv: ["cat", "-n"], tty: false, stdin: false, env: [], user: "", workdir: "" };

const CASES: readonly (readonly [string, Partial<ExecWish>, readonly string[]])[] = [
  ["a command alone", {}, ["exec", "ab", "cat", "-n"]],
  ["with its input", { stdin: true }, ["exec", "-i", "ab", "cat", "-n"]],
  ["in a terminal", { stdin: true, tty: true }, ["exec", "-i", "-t", "ab", "cat", "-n"]],
  [
    "with surroundings",
    { env: ["A=1", "B=x y"], user: "1000:1000", workdir: "/srv" },
    ["exec", "-e", "A=1", "-e", "B=x y", "-u", "1000:1000", "-w", "/srv", "ab", "cat", "-n"],
  ],
];

test.each(CASES)("%s", (_, wish, words) => {
  expect(execWords({ ...PLAIN, ...wish })).toEqual(words);
});
