import { expect, test } from "vitest";
import { UNKNOWN_STATE } from "../../capture/shell/live-shell.ts";
import { ShellBook, umaskLeftBy } from "./shell-book.ts";

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

test("nothing more is typed in a shell that has a umask of its own", () => {
  const first = { key: "shell1", parent: null, kind: "bash", identity, login: false, state: state("/") } as const;
  const book = new ShellBook(first, () => "shell2");
  expect(book.lastChange("shell1", state("/"), { after: state("/srv"), umask: "0077" })).toEqual({ cwd: "/srv", umask: "0077" });
  expect(book.find(state("/srv"))).toMatchObject({ isNew: true, shell: { key: "shell2", state: { umask: "0022" } } });
});

test.each([
  ["umask 077; echo >a", "0077"],
  ["cd /srv && umask 0027", "0027"],
  ["{ umask 22; umask 2; }", "0002"],
  ["umask u=rwx,g=,o=", "0777"],
  ["echo $(umask)", null],
  ["umask -S", null],
  ["make umask", null],
])("%s leaves the umask %s", (text, umask) => {
  expect(umaskLeftBy(text)).toBe(umask);
});
