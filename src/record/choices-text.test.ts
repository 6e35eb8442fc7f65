import { expect, test } from "vitest";
import { isCooperError } from "../base/errors.ts";
import type { Choices, History, Step } from "../history/model.ts";
import { changeChoices, checkChoices, NO_CHOICES } from "./choices.ts";
import { parseChoices, parseCommand, printChoices } from "./choices-text.ts";

const effect = { changes: [], uncertain: false, reads: null, packages: [], debconf: [], processes: [], ended: [] };
const identity = { user: "root", uid: 0, gid: 0, groups: [0], home: "/root" };

function step(id: string, typed: string): Step {
  const where = { shell: "a", cwd: "/", umask: "0022", identity, startedAt: 0, endedAt: 0, exit: 0 };
  const rest = { interrupted: false, background: false, opened: [], change: {}, effect, secrets: [], findings: [] };
  return { id, kind: "command", typed, ran: typed, argv: null, ...where, ...rest };
}

const imageConfig = {
  env: [],
  cmd: null,
  entrypoint: null,
  user: "",
  workdir: "",
  exposed: [],
  volumes: [],
  stopSignal: null,
  shell: null,
  architecture: "amd64",
};
const container = {
  id: "c1",
  name: "web",
  engineId: "e",
  image: "debian",
  imageId: "sha256:1",
  imageDigest: null,
  hostName: "h",
  mounts: [],
  imageConfig,
};
const history: History = {
  container: { ...container, command: null, entrypoint: null, env: [], user: "", workdir: "", ports: [] },
  sessions: [
    {
      id: "s1",
      startedAt: 0,
      endedAt: 0,
      shells: {},
      steps: [step("s1.1", "apt-get update"), step("s1.2", 'cat > /a <<X\ntext: "no"\nX'), step("s1.3", "ls")],
    },
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
