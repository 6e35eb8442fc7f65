import { expect, test } from "vitest";
import { insertedWord, readTypedLine } from "./typed-line.ts";

test.each([
  ["dodo", ["dodo"], ""],
  ["dodo ", ["dodo", ""], ""],
  ["dodo  cat\t/a", ["dodo", "cat", "/a"], ""],
  [`dodo '/a b`, ["dodo", "/a b"], "'"],
  [`dodo "/a \\"'\\x`, ["dodo", `/a "'\\x`], '"'],
  [`dodo '' x`, ["dodo", "", "x"], ""],
  [`dodo "" `, ["dodo", "", ""], ""],
  [`dodo /a\\ b 'c'"d"e`, ["dodo", "/a b", "cde"], ""],
  ["dodo a\\", ["dodo", "a"], ""],
])("%j", (line, words, quote) => {
  expect(readTypedLine(line)).toEqual({ words, quote });
});

test.each([
  ["dodo /srv/a", "/srv/a", "/srv/a b", "/srv/a\\ b"],
  ["dodo /srv/a\\ ", "/srv/a\\ ", "/srv/a b", "/srv/a\\ b"],
  ["dodo '/srv/it", "/srv/it", "/srv/it's", "/srv/it'\\''s"],
  ['dodo "/srv/', "/srv/", '/srv/$x"', '/srv/\\$x\\"'],
  ["cooper slim debian:boo", "boo", "debian:bookworm", "bookworm"],
  ["cooper slim a@s", "@s", "a@sha256:0", "@sha256:0"],
  ["cooper dev init --shell=f", "f", "--shell=fish", "fish"],
  ["dodo '/srv/a dir/'fo", "'/srv/a dir/'fo", "/srv/a dir/foo", "/srv/a\\ dir/foo"],
  ["dodo ", "", "höß~;x", "höß\\~\\;x"],
  ["dodo b:", "", "a:c", null],
])("at the end of %j instead of %j", (line, replaced, word, inserted) => {
  expect(insertedWord(word, { line, replaced })).toBe(inserted);
});
