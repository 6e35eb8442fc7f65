import { expect, test } from "vitest";
import type { History, Session, ShellKind, Step } from "../history/model.ts";
import { testContainer, testEffect, testShell, testStep } from "../history/test-values.ts";
import { renderDuration, renderHistory } from "./history-view.ts";
import { createStyle } from "./style.ts";

function step(id: string, typed: string, parts: Partial<Step> = {}): Step {
  return testStep({ id, typed, cwd: "/srv", startedAt: 0, endedAt: 0, ...parts });
}

function session(id: string, kind: ShellKind, steps: readonly Step[]): Session {
  return { id, startedAt: 0, endedAt: 61_000, shells: { a: testShell({ kind }) }, steps };
}

function history(sessions: readonly Session[]): History {
  const container = testContainer({ id: "0123456789abcdef", image: "debian" });
  const choices = { keep: [], drop: [], rename: {}, annotate: {}, secret: [], cmd: null };
  return { container, sessions, choices, findings: [{ code: "journal-torn", message: "one record is torn" }] };
}

const entry = { type: "file", mode: 0o644, uid: 0, gid: 0 } as const;
const created = {
  path: "/etc/a\u001b[31m",
  kind: "created",
  before: null,
  after: entry,
  changedAt: 0,
  kept: true,
  package: "nginx",
} as const;

test("each Step is one line, its changes below it, and nothing of the container reaches the screen raw", () => {
  const steps = [
    step("s1.1", "echo \u001b]0;title\u0007", { effect: testEffect(created) }),
    step("s1.2", "cat <<X\nbody\nX", { exit: 2 }),
    step("s1.3", "sleep 9", { interrupted: true, exit: 130 }),
    step("s1.4", "", { kind: "outside", exit: null }),
    step("s1.5", "vi", { exit: null }),
  ];
  const text = renderHistory(history([session("s1", "bash", steps)]), { style: createStyle(false), effects: true });
  expect(text).toBe(`web 0123456789ab from debian

Session s1 · 1970-01-01 00:00 UTC · 1 min 01 s · bash as root
  s1.1  0   root:/srv  echo \\e]0;title\\x07
      + /etc/a\\e[31m (nginx)
  s1.2  2   root:/srv  cat <<X …
  s1.3  ^C  root:/srv  sleep 9
  s1.4  -   root:/srv  (changed from outside)
  s1.5  ?   root:/srv  vi

! one record is torn (journal-torn)
`);
});

test("single commands stand together, and a Session without a Step is not shown", () => {
  const sessions = [
    session("s1", "none", [step("s1.1", "true")]),
    session("s2", "none", [step("s2.1", "id")]),
    session("s3", "zsh", []),
    session("s4", "zsh", [step("s4.1", "ls")]),
  ];
  const text = renderHistory(history(sessions), { style: createStyle(false), effects: false });
  expect(text.match(/^Sessions?.*$/gmu)).toEqual([
    "Sessions s1 to s2 · 1970-01-01 00:00 UTC · 1 min 01 s · single commands",
    "Session s4 · 1970-01-01 00:00 UTC · 1 min 01 s · zsh as root",
  ]);
});

test.each([
  [0, "0.0 s"],
  [940, "0.9 s"],
  [9949, "9.9 s"],
  [12_400, "12 s"],
  [185_000, "3 min 05 s"],
])("%d ms is %s", (milliseconds, text) => {
  expect(renderDuration(milliseconds)).toBe(text);
});
