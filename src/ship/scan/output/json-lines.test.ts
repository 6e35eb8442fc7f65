import { expect, test } from "vitest";
import type { Entry } from "../../../format/tree/entry.ts";
import { classify, classifyRunning } from "../classify/classify.ts";
import type { ScanFinding } from "../classify/finding.ts";
import { RULES } from "../classify/rules.ts";
import { findingLines } from "./json-lines.ts";

const of = { engine: "", id: "0123", name: "web", image: "i", imageId: "sha256:4567" };
const added = (path: string, after: Entry): ScanFinding =>
  classify({ path, kind: "add", fields: [], before: null, after, content: "unread" });
const file: Entry = { type: "file", mode: 0o644, uid: 33, gid: 34, size: 5 };
const link = (to: string): Entry => ({ type: "symlink", mode: 0o777, uid: 0, gid: 0, link: to });

const cases = [
  ["plain", added("/srv/a b", file), { path: "/srv/a b", after: { ...file, mode: "0644" } }],
  ["a path with quotes", added('/srv/"a\\b"', file), { path: '/srv/"a\\b"' }],
  ["a path of several lines", added("/srv/a\nb", file), { path: "/srv/a\nb" }],
  ["a path that is no UTF-8", added("/srv/\udcff", file), { path: String.raw`"/srv/\xff"`, pathB64: "L3Nydi//" }],
  [
    "a link with quotes",
    added("/srv/l", link('"x')),
    { detail: String.raw`added symlink to "\"x", mode 0777, owner 0:0; the image does not have it` },
  ],
  [
    "a link that turns the text around",
    added("/srv/l", link("\u202ex")),
    { detail: String.raw`added symlink to "\u{202e}x", mode 0777, owner 0:0; the image does not have it` },
  ],
  [
    "a process",
    classifyRunning({ rule: "runs-script", path: "/x", pid: 1, hostPid: 2, argv: ["sh", "\u001b[2J"], detail: 'is run by "\u001b"' }),
    {
      process: { pid: 1, argv: ["sh", String.raw`\e[2J`] },
      detail: String.raw`is run by "\e"; an interpreter runs a file that does not come from the image`,
    },
  ],
] as const;

test.each(cases)("%s is one line of JSON that says it, in plain characters where they would change a screen", (_what, finding, said) => {
  const text = findingLines(of, [finding, finding]);
  expect(text).toMatch(/^[ -~]+\n[ -~]+\n$/);
  const [line, again] = text.trimEnd().split("\n");
  expect(again).toBe(line);
  expect(JSON.parse(line ?? "")).toMatchObject({ kind: "finding", container: "web", containerId: "0123", ...said });
});

test("what rules say needs no escape in JSON", () => {
  expect(RULES.filter(({ says }) => JSON.stringify(says) !== `"${says}"`)).toEqual([]);
});
