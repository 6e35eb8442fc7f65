import { expect, test } from "vitest";
import { UNKNOWN_STATE } from "../../capture/live-shell.ts";
import { ShellBook } from "./shell-book.ts";

const identity = { user: "root", uid: 0, gid: 0, groups: [0], home: "/root" };
const state = (cwd: string, values: Readonly<Record<string, string>> = {}): typeof UNKNOWN_STATE => ({
  ...UNKNOWN_STATE,
  cwd,
  variables: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { kind: "scalar", value, exported: true }])),
});

test("commands of the same state share a shell, and a change goes with the shell", () => {
  const keys = ["shell2", "shell3"];
  const first = { key: "shell1", parent: null, kind: "bash", identity, login: false, state: state("/") } as const;
  const book = new ShellBook(first, () => keys.shift() ?? "none");
  expect(book.find(state("/")).shell.key).toBe("shell1");
  expect(book.find(state("/etc"))).toMatchObject({ isNew: true, shell: { key: "shell2" } });
  expect(book.change("shell1", state("/"), state("/", { A: "1" }))).toMatchObject({ variables: { A: { value: "1" } } });
  expect(book.find(state("/", { A: "1" })).shell.key).toBe("shell1");
  expect(book.find(state("/")).shell.key).toBe("shell3");
  expect(book.change("shell1", state("/", { A: "1" }), state("/srv"))).toEqual({ cwd: "/srv", variables: { A: null } });
  expect(book.change("shell1", state("/srv"), null)).toEqual({});
});
