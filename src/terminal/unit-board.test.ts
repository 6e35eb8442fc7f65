import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createStyle } from "./style.ts";
import { createBoard } from "./unit-board.ts";

function show(isTerminal: boolean, rows: number): string {
  const stream = new PassThrough();
  const size = { columns: 30, rows };
  const board = createBoard({ stream, isTerminal, size: () => size, style: createStyle(false), names: ["db", "we\u001bb"] });
  board.setState("db", "working");
  board.emitOf("db")({ kind: "progress", text: "waiting: a very long text that has no room" });
  board.emitOf("db")({ kind: "finding", finding: { code: "x", message: "look" } });
  board.setState("db", "done");
  board.setState("we\u001bb", "skipped");
  board.close();
  return String(stream.read());
}

test("on a terminal the table is rewritten in place, and taken away at the end", () => {
  const text = show(true, 24);
  expect(text).toMatch(/^… db\s+working\n/u);
  expect(text).toContain("! db: look (x)\n");
  expect(text.endsWith("\r\u001b[2A\u001b[J")).toBe(true);
  expect(text.split("\n").every((line) => line.replace(/\r?\u001b\[\d*[AJ]/gu, "").length <= 29)).toBe(true);
});

test("where not all have room the rest is counted", () => {
  expect(show(true, 3)).toContain("and 2 more");
});

test("elsewhere each change is a line", () => {
  const text = show(false, 24);
  expect(text).toMatch(/^db: working\ndb: waiting: a very long text that has no room\n! db: look \(x\)\n/u);
  expect(text).not.toContain("\u001b");
});
