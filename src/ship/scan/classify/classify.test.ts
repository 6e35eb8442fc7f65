import { expect, test } from "vitest";
import type { Entry } from "../../../format/tree/entry.ts";
import type { ContentKind } from "../../../trace/layer-records.ts";
import type { LayerChange } from "../walk/change.ts";
import { classify } from "./classify.ts";
import { RULES } from "./rules.ts";

const file = (mode: number, more: Partial<Entry> = {}): Entry => ({ type: "file", mode, uid: 0, gid: 0, size: 1, ...more });
const folder = (mode: number): Entry => ({ type: "directory", mode, uid: 0, gid: 0 });
const link = (to: string): Entry => ({ type: "symlink", mode: 0o777, uid: 0, gid: 0, link: to });
const add = (path: string, after: Entry, content: ContentKind = "data"): LayerChange => ({
  path,
  kind: "add",
  fields: [],
  before: null,
  after,
  content,
});
const gone = (path: string, before: Entry): LayerChange => ({ path, kind: "delete", fields: [], before, after: null, content: "unread" });
const other = (
  path: string,
  [before, after]: readonly [Entry, Entry],
  fields: readonly string[],
  content: ContentKind = "data",
): LayerChange => ({
  path,
  kind: fields.every((field) => field === "mode" || field === "uid") ? "metadata" : "modify",
  fields,
  before,
  after,
  content,
});

const cases: readonly (readonly [LayerChange, string])[] = [
  [add("/etc/ld.so.preload", file(0o644)), "preload-changed"],
  [add("/srv/x", file(0o4755), "elf"), "setuid-added"],
  [other("/usr/bin/su", [file(0o4755), file(0o4755)], ["content"], "elf"), "setuid-added"],
  [other("/usr/bin/su", [file(0o4755), file(0o755)], ["mode"], "elf"), "attributes-changed"],
  [other("/bin/ping", [file(0o755), file(0o755, { xattrs: { "security.capability": "01" } })], ["xattrs"], "elf"), "capability-added"],
  [add("/srv/null", { type: "char", mode: 0o666, uid: 0, gid: 0, device: [1, 3] }), "device-node"],
  [add("/etc/ld.so.conf.d/x.conf", file(0o644)), "loader-changed"],
  [add("/usr/lib/libx.so.1", file(0o644), "elf"), "library-added"],
  [add("/opt/libx.so.1", file(0o644), "elf"), "program-added"],
  [other("/usr/bin/id", [file(0o755), file(0o755)], ["content"], "elf"), "program-changed"],
  [other("/usr/bin/awk", [link("a"), link("b")], ["link"]), "program-changed"],
  [other("/srv/awk", [link("a"), link("b")], ["link"]), "path-changed"],
  [other("/etc/passwd", [file(0o644), file(0o644)], ["content"]), "account-changed"],
  [add("/home/a/.ssh/authorized_keys", file(0o600)), "account-changed"],
  [add("/etc/cron.d/x", file(0o644)), "schedule-changed"],
  [add("/root/.profile", file(0o644)), "shell-start-changed"],
  [add("/srv/job", file(0o755), "script"), "program-added"],
  [add("/srv/job.txt", file(0o755), "data"), "path-added"],
  [other("/srv", [folder(0o755), folder(0o777)], ["mode"]), "world-writable"],
  [add("/tmp/x", folder(0o1777)), "path-added"],
  [add("/tmp/a\u202eb", file(0o644)), "name-hides"],
  [gone("/var/log/lastlog", file(0o644)), "log-deleted"],
  [gone("/usr/bin/id", file(0o755)), "program-deleted"],
  [gone("/etc/issue", file(0o644)), "path-deleted"],
  [other("/etc/issue", [file(0o644), file(0o600)], ["mode"]), "attributes-changed"],
];

test.each(cases)("%o", (change, rule) => {
  expect(classify(change).rule).toBe(rule);
});

test("no two rules have one name", () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});
