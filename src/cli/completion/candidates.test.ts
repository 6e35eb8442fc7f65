import { expect, test } from "vitest";
import { createProgress } from "../../terminal/progress.ts";
import { createStyle } from "../../terminal/style.ts";
import { createProgram } from "../words/program.ts";
import { wantedAt } from "./candidates.ts";

const style = createStyle(false);
const { stdin, stdout, stderr } = process;
const program = createProgram(
  {
    env: {},
    home: "/",
    cwd: "/",
    stdin,
    stdout,
    stderr,
    print: () => Promise.reject(new Error("a verb ran")),
    style,
    progress: createProgress({ stream: stderr, isTerminal: false, columns: () => 80, style }),
    signal: new AbortController().signal,
    own: ["cooper"],
    clock: () => 0,
    randomHex: () => "",
  },
  () => undefined,
);

interface Row {
  /** The words of the line; the last is the one that is typed. */
  readonly line: readonly string[];
  readonly words?: readonly string[];
  readonly value?: string | null;
}

const rows: readonly Row[] = [
  { line: ["rec"], words: ["record", "recover"] },
  { line: ["dev", "che"], words: ["checkpoint"] },
  { line: ["dev", "undo", ""], words: [], value: "name" },
  { line: ["dev", "undo", "--dis"], words: ["--discard"], value: null },
  { line: ["dev", "undo", "--session", ""], words: [], value: "session" },
  { line: ["dev", "undo", "-s", "work", ""], words: [], value: "name" },
  { line: ["dev", "init", "--shell", ""], words: ["sh", "fish"], value: null },
  { line: ["dev", "init", "--shell=f"], words: ["sh", "fish"], value: null },
  { line: ["dev", "undo", "--session=w"], words: [], value: "session" },
  { line: ["dev", "undo", "--discard=w"], words: [], value: null },
  { line: ["dev", "attach", ""], words: [], value: "container" },
  { line: ["dev", "attach", "one", ""], words: [], value: null },
  { line: ["dev", "exec", ""], words: [], value: "command" },
  { line: ["dev", "exec", "-T", "gre"], words: [], value: "command" },
  { line: ["dev", "exec", "--no-his"], words: ["--no-history"], value: null },
  { line: ["dev", "exec", "grep", "-"], words: [], value: "argument" },
  { line: ["dev", "exec", "grep", "-v", "x", "/etc/"], words: [], value: "argument" },
  { line: ["dev", "exec", "--", "gr"], words: [], value: "command" },
  { line: ["help", "no-such", "x"], words: [] },
];

test.each(rows)("after $line", ({ line, words = [], value }) => {
  const wanted = wantedAt(program, line);
  expect(wanted.words.map((one) => one.word)).toEqual(words);
  if (value !== undefined) expect(wanted.value).toBe(value);
});

test("every verb says what it is, and hidden ones are not offered", () => {
  const { words } = wantedAt(program, [""]);
  expect(words.filter(({ about }) => about === "")).toEqual([]);
  expect(words.map(({ word }) => word)).not.toContain("complete");
});
