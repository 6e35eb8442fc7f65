import { expect, test } from "vitest";
import { historyOf, inputOf } from "../test-history.ts";
import { readTimeline } from "./read-timeline.ts";

test("states follow each shell, and a nested shell has its own", () => {
  const { history, base } = inputOf([
    { typed: "export A=1", exports: { A: "1" } },
    { typed: "su - app", opens: "app" },
    { typed: "cd /srv", cd: "/srv" },
    { typed: "exit", closes: true },
    { typed: "unset A", unsets: ["A"] },
    { typed: "pwd" },
  ]);
  const told = readTimeline(history, base).steps.map(({ step, before, after }) => [
    step.ran,
    before?.cwd,
    before?.variables["A"]?.value,
    after?.variables["A"]?.value,
  ]);
  expect(told).toEqual([
    ["export A=1", "/", undefined, "1"],
    ["su - app", "/", "1", "1"],
    ["cd /srv", "/home/app", undefined, undefined],
    ["exit", "/srv", undefined, undefined],
    ["unset A", "/", "1", undefined],
    ["pwd", "/", undefined, undefined],
  ]);
});

test("Sessions are one after another, and each path has its base and its end", () => {
  const { history, base } = inputOf(
    [
      { typed: "echo b > /etc/x", does: ["~ /etc/x = b"] },
      { typed: "echo c > /etc/y", does: ["+ /etc/y = c"], session: "root" },
      { typed: "rm /etc/x", does: ["- /etc/x"] },
    ],
    { base: ["+ /etc/x = a"] },
  );
  const timeline = readTimeline(history, base);
  expect(timeline.steps.map(({ step }) => step.id)).toEqual(["s1.1", "s2.1", "s2.2"]);
  expect([...timeline.final].map(([path, entry]) => [path, entry?.type])).toEqual([
    ["/etc/x", undefined],
    ["/etc/y", "file"],
  ]);
  expect(timeline.base.get("/etc/x")).toEqual(base?.get("/etc/x"));
});

test("without the image, a path's first known state stands for the base", () => {
  const history = historyOf([{ typed: "echo b > /etc/x", does: ["~ /etc/x = b"] }], { base: ["+ /etc/x = a"] });
  expect(readTimeline(history, null).base.get("/etc/x")?.size).toBe(1);
});
