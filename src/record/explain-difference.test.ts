import { expect, test } from "vitest";
import type { Difference } from "../changes/verdict.ts";
import type { Draft } from "../draft/model.ts";
import type { History, Step } from "../history/model.ts";
import { testContainer, testEffect, testSession, testStep } from "../history/test-values.ts";
import { explainDifferences } from "./explain-difference.ts";

const entry = { type: "file", mode: 0o644, uid: 0, gid: 0 } as const;

function step(id: string, paths: readonly string[]): Step {
  const changes = paths.map((path) => ({ path, kind: "created", before: null, after: entry, changedAt: 0, kept: true }) as const);
  return testStep({ id, effect: testEffect(...changes) });
}

const history: History = {
  container: testContainer(),
  sessions: [testSession("s1", [step("s1.1", ["/a", "/b"]), step("s1.2", ["/b"])])],
  choices: { keep: [], drop: [], rename: {}, annotate: {}, secret: [], cmd: null },
  findings: [],
};
const service = { cmd: null, why: "", steps: [], user: null, workdir: null, expose: [], stopSignal: null, proposals: [] };
const draft: Draft = {
  instructions: [],
  dockerfile: "",
  dockerignore: "",
  context: [],
  dropped: [{ step: "s1.2", why: "it only looked" }],
  secretPaths: [],
  findings: [],
  service,
};

const difference = (path: string, kind: Difference["kind"]): Difference => ({ path, kind, fields: [], wanted: entry, got: null });

test.each([
  ["/b", "missing", ["s1.1", "s1.2"], "s1.2 was dropped (it only looked): cooper history edit web --keep s1.2"],
  ["/c", "missing", [], "no recorded Step changed it: cooper replay web --repair carries it as a file"],
  ["/c", "extra", [], "the build makes it, the container does not have it: cooper replay web --repair deletes it"],
  ["/a", "different", ["s1.1"], "cooper replay web --repair carries it; if it can never be equal (random, a time): --may-differ '/a'"],
] as const)("%s that is %s", (path, kind, steps, advice) => {
  expect(explainDifferences([difference(path, kind)], { history, draft, repairs: [] })).toEqual([
    { ...difference(path, kind), steps, advice },
  ]);
});

test.each([
  ["/a", "carried as a file it still differs in xattrs; if it does not matter: --may-differ '/a'"],
  ["/b", "its content cannot be kept (too large, or gone by now); if it does not matter: --may-differ '/b'"],
])("%s, which a repair did not reach", (path, advice) => {
  const left: Difference = { path, kind: "different", fields: ["xattrs"], wanted: entry, got: entry };
  const repairs = [{ path: "/a", entry, why: "" }];
  expect(explainDifferences([left], { history, draft, repairs })).toMatchObject([{ advice }]);
});
