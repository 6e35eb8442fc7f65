import { expect, test } from "vitest";
import { isCooperError } from "../base/errors.ts";
import type { Choices, History } from "../history/model.ts";
import { testContainer, testSession, testStep } from "../history/test-values.ts";
import { changeChoices, checkChoices, NO_CHOICES } from "./choices.ts";
import { parseChoices, parseCommand, printChoices } from "./choices-text.ts";

const history: History = {
  container: testContainer(),
  sessions: [
    testSession("s1", [
      testStep({ id: "s1.1", typed: "apt-get update" }),
      testStep({ id: "s1.2", typed: 'cat > /a <<X\ntext: "no"\nX' }),
      testStep({ id: "s1.3", typed: "ls" }),
    ]),
  ],
  choices: NO_CHOICES,
  findings: [],
};

const chosen: Choices = {
  keep: ["s1.1"],
  drop: ["s1.3"],
  rename: { "s1.2": 'printf "a\\n"\necho b' },
  annotate: { "s1.2": "why it is there" },
  secret: ["/etc/app.key"],
  cmd: ["nginx", "-g", "daemon off;"],
};

test.each([
  ["nothing decided", NO_CHOICES],
  ["all decided", chosen],
  ["a secret Step", { ...NO_CHOICES, secret: ["s1.2"] }],
])("an unedited text gives the same decisions back: %s", (_, choices) => {
  expect(parseChoices(printChoices(history, choices))).toEqual(choices);
});

test.each([
  ["keeep s1.1", "no such word"],
  ["note: alone", "does not stand below a Step"],
  ["cmd: [1]", "a command is"],
  ["secret: relative", "absolute path"],
  ["auto s1.1\n  text: bare", "JSON quotes"],
])("%j is refused: %s", (text, why) => {
  expect(() => parseChoices(text)).toThrow(why);
});

test.each([
  ["auto", null],
  ['["a","b c"]', ["a", "b c"]],
  ["nginx -g 'daemon off;'", ["nginx", "-g", "daemon off;"]],
  ['run "two words" --x="y z"', ["run", "two words", "--x=y z"]],
  ["[1]", undefined],
  ["[]", undefined],
  ["  ", undefined],
])("the command %j is %j", (text, expected) => {
  expect(parseCommand(text)).toEqual(expected);
});

test("what is kept is no longer dropped, and the other way round", () => {
  const changes = { keep: ["s1.3"], drop: ["s1.1"], rename: [["s1.2", "true"]] as const, annotate: [], secret: ["s1.2"], cmd: null };
  expect(changeChoices(chosen, changes)).toEqual({
    ...chosen,
    keep: ["s1.3"],
    drop: ["s1.1"],
    rename: { "s1.2": "true" },
    secret: ["/etc/app.key", "s1.2"],
  });
});

test("a decision about a Step that is not there is refused", () => {
  expect(() => checkChoices(chosen, history)).not.toThrow();
  const wrong = { ...chosen, drop: ["s1.9"] };
  expect(() => checkChoices(wrong, history)).toThrow(expect.toSatisfy((error) => isCooperError(error) && error.code === "step-unknown"));
});
