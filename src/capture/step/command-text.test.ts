import { expect, test } from "vitest";
import type { TypedLine } from "../../format/terminal-stream/typed-keys.ts";
import { commandText, type HistoryEntry, readHistoryEntry } from "./command-text.ts";

const typed = (...texts: (string | null)[]): TypedLine[] => texts.map((text) => ({ text, isPasted: false }));
const saved = (text: string): HistoryEntry => ({ number: 7, text, isNew: true });
const old = (text: string): HistoryEntry => ({ number: 7, text, isNew: false });

test.each([
  ["saved", typed("ls  -l"), saved("ls  -l"), "", "ls  -l", "ls  -l"],
  ["joined by the shell", typed("if x", "then y", "fi"), saved("if x; then y; fi"), "", "if x\nthen y\nfi", "if x\nthen y\nfi"],
  ["expanded", typed("!!"), saved("ls"), "!!\r\nls\r\n", "!!", "ls"],
  ["an exclamation mark that is none", typed("echo hi!"), saved("echo hi!"), "", "echo hi!", "echo hi!"],
  ["edited keys", typed(null), saved("from history"), "", "from history", "from history"],
  ["not saved: a blank before it", typed(" ls"), old("before"), "", " ls", " ls"],
  ["not saved: expanded to the last one", typed("!!"), old("ls"), "!!\r\nls\r\n", "!!", "ls"],
  ["not saved: recalled", typed(null), old("ls"), "", "ls", "ls"],
  ["question marks for bytes", typed("echo ü"), saved("echo ??"), "", "echo ü", "echo ü"],
  ["typed ahead into something else", typed("answer"), saved("ls"), "", "ls", "ls"],
])("%s", (_, lines, entry, shown, wanted, ran) => {
  expect(commandText(lines, entry, shown)).toMatchObject({ typed: wanted, ran });
});

test("a paste of several commands is taken one by one", () => {
  const paste: TypedLine[] = [{ text: "echo 1\nfor i in 1\ndo x\ndone\necho 3", isPasted: true }];
  const one = commandText(paste, saved("echo 1"), "");
  expect(one.typed).toBe("echo 1");
  const two = commandText(one.rest, old(""), "");
  expect(two.typed).toBe("for i in 1\ndo x\ndone");
  expect(commandText(two.rest, saved("echo 3"), "").typed).toBe("echo 3");
});

test.each([
  ["    5  ls\n", { number: 5, text: "ls", isNew: true }],
  ["  501* ls -l\n  second\n", { number: 501, text: "ls -l\n  second", isNew: true }],
  ["    4  ls\n", { number: 4, text: "ls", isNew: false }],
  ["", null],
])("history says %j", (body, wanted) => {
  expect(readHistoryEntry(body, 4)).toEqual(wanted);
});
