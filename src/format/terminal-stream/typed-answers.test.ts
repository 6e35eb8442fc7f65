import { expect, test } from "vitest";
import { createTypedAnswers } from "./typed-answers.ts";

/** ">" keys, "<" output. */
const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["the terminal echoes", [">yes please\r", "<yes please\r\nDone.\r\n"], []],
  ["it echoes key by key", [">n", "<n", ">o", "<o", ">\r", "<\r\n"], []],
  ["nothing is shown", ["<Password: ", ">s3cret!\r", "<\r\nRetype: ", ">s3cret!\r", "<\r\nok\r\n"], ["s3cret!", "s3cret!"]],
  ["both answers at once", [">s3cret!\rs3cret!\r", "<\r\nRetype: ", "<\r\n"], ["s3cret!", "s3cret!"]],
  ["stars are shown", [">p", "<*", ">w", "<*", ">9", "<*", ">\r", "<\r\n"], ["pw9"]],
  ["it is said later what was typed", [">s3cret!\r", "<\r\nYou typed s3cret!\r\n"], ["s3cret!"]],
  ["one is shown, one is not", [">me\rs3cret!\r", "<me\r\nPassword: \r\n"], ["s3cret!"]],
  ["an editor draws each key", [">h", "<\u001B[1;1Hh\u001B[24;1Hmodified", ">i", "<\u001B[1;2Hi", ">\r", "<\u001B[2;1H"], []],
  ["the command ends at once", [">s3cret!\r"], ["s3cret!"]],
  ["a line that keys edited", [">ab\u001B[D\r", "<\r\n"], []],
  ["an Enter alone", [">\r", "<\r\n"], []],
  ["letters of many bytes", [">käse ✓\r", "<käse ✓\r\n"], []],
];

test.each(cases)("%s", (_, events, wanted) => {
  const unseen: string[] = [];
  const answers = createTypedAnswers({ learnText: () => undefined, learn: (text) => void unseen.push(text) });
  for (const event of events) {
    const bytes = Buffer.from(event.slice(1));
    if (event.startsWith(">")) answers.type(bytes);
    else answers.print(bytes);
  }
  answers.end();
  expect(unseen).toEqual(wanted);
});

test("each line is told when it is entered", () => {
  const lines: string[] = [];
  const answers = createTypedAnswers({ learnText: (text) => void lines.push(text), learn: () => undefined });
  answers.type(Buffer.from("DB_PASSWORD=x\r\u0004"));
  expect(lines).toEqual(["DB_PASSWORD=x"]);
});

test("what is typed to a command that turns the echo off is unseen, whatever is printed", () => {
  const unseen: string[] = [];
  const answers = createTypedAnswers({ learnText: () => undefined, learn: (text) => void unseen.push(text) });
  answers.begin(true);
  answers.type(Buffer.from("s3cret!\r"));
  answers.print(Buffer.from("p=s3cret!\r\n"));
  expect(unseen).toEqual(["s3cret!"]);
});
