import { expect, test } from "vitest";
import type { ExecRequest } from "../exec/request.ts";
import { planCommand } from "./command-plan.ts";

const request = (argv: readonly string[], more: Partial<ExecRequest> = {}): ExecRequest => ({
  argv: argv.map((word) => Buffer.from(word)),
  text: null,
  localFolder: Buffer.from("/"),
  workdir: null,
  user: null,
  env: [],
  terminal: null,
  hasInput: false,
  isLeftOut: false,
  ...more,
});

test.each([
  [["ls", "-l"], "program", ["ls", "-l"], false],
  [["ls", "#nohist"], "program", ["ls"], true],
  [["cd", "/a b"], "text", "cd '/a b'", false],
  [["export", "A=x y", "B=1"], "text", "export 'A=x y' B=1", false],
  [["source", "venv/bin/activate"], "text", "source venv/bin/activate", false],
])("%j is a %s", (argv, kind, what, isLeftOut) => {
  const plan = planCommand(request(argv));
  expect(plan).toMatchObject({ kind, isLeftOut });
  expect(plan?.kind === "text" ? plan.text.toString() : plan?.argv.map(String)).toEqual(what);
});

test("text is for the shell, and no words are no command", () => {
  expect(planCommand(request([], { text: Buffer.from("a && b #nohist\n") }))).toMatchObject({ kind: "text", isLeftOut: true });
  expect(planCommand(request([]))).toBeNull();
  expect(planCommand(request(["#nohist"]))).toBeNull();
});

test("the value of a secret is not taken from the words of export, which others see", () => {
  expect(() => planCommand(request(["export", "A=1", "DB_PASSWORD=x"]))).toThrow(
    expect.objectContaining({ code: "secret-on-command-line" }),
  );
  for (const words of [
    ["export", "DB_PASSWORD="],
    ["export", "DB_PASSWORD"],
    ["env", "DB_PASSWORD=x", "true"],
  ])
    expect(planCommand(request(words))).not.toBeNull();
});
