import { expect, test } from "vitest";
import { readExecWords } from "./exec-words.ts";

const words = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

test.each([
  [["grep", "-v", "-i", "x"], ["grep", "-v", "-i", "x"], {}],
  [["-n", "cat", "-n"], ["cat", "-n"], { hasInput: false }],
  [["--", "-x"], ["-x"], {}],
  [["-u", "app", "id"], ["id"], { user: "app" }],
  [["--user=app", "--session", "web", "id", "--", "-"], ["id", "--", "-"], { user: "app", session: "web" }],
  [["-T", "-t", "ls"], ["ls"], { tty: false }],
  [["-t", "ls"], ["ls"], { tty: true }],
  [["--no-history", "ls"], ["ls"], { isLeftOut: true }],
  [["-"], ["-"], {}],
  [["ls", "", " "], ["ls", "", " "], {}],
])("%j is the command %j", (given, argv, more) => {
  const read = readExecWords(words(...given));
  expect(read.argv.map(String)).toEqual(argv);
  expect(read).toMatchObject(more);
});

test("a text for the shell", () => {
  expect(readExecWords(words("-e", "A=1", "-c", "-v | x"))).toMatchObject({ text: Buffer.from("-v | x"), env: words("A=1"), argv: [] });
});

test.each([[["-x", "ls"]], [["-u"]], [["--nothing=1"]]])("%j is wrong usage", (given) => {
  expect(() => readExecWords(words(...given))).toThrow(expect.objectContaining({ code: "option-unknown", exit: 2 }));
});
