import fc from "fast-check";
import { expect, test } from "vitest";
import { makeDraft } from "../make-draft.ts";
import { inputOf } from "../test-history.ts";
import type { TestStep } from "../test-history.ts";
import { reorder } from "./reorder.ts";

const COPY: TestStep = { typed: "vi /srv/app.conf", does: ["+ /srv/app.conf = a"], reads: [] };
const MAKE: TestStep = { typed: "make-it > /opt/out", does: ["+ /opt/out = o"], reads: [] };
const INSTALL: TestStep = {
  typed: "apt-get install -y tree",
  packages: ["+tree"],
  does: ["+ /usr/bin/tree 0755 @tree", "~ /var/log/dpkg.log = l"],
  reads: ["/usr/bin"],
};

const READING: TestStep = { ...MAKE, reads: ["/srv/app.conf"] };
const UNKNOWN: TestStep = { typed: "make-it > /opt/out", does: ["+ /opt/out = o"] };
const BELOW: TestStep = { typed: "mkdir /srv/app.conf.d", does: ["+ /srv/app.conf.d/"], reads: [] };
const INSIDE: TestStep = { typed: "vi /srv/app.conf.d/x", does: ["+ /srv/app.conf.d/x = x"], reads: [] };
const USER: TestStep = { typed: "useradd -m app", does: ["~ /etc/passwd = app", "+ /home/app/ 0700 1000:1000"], reads: ["/etc/passwd"] };
const AS_USER: TestStep = {
  typed: "apt-get install -y tree",
  packages: ["+tree"],
  does: ["+ /usr/bin/tree @tree"],
  reads: ["/etc/passwd"],
};

const FOLDER: TestStep = { typed: "mkdir -p /opt/made", does: ["+ /opt/made/"] };
const PIP: TestStep = {
  typed: "pip install -r /srv/needed.txt",
  does: ["+ /usr/lib/flask.py = f"],
  reads: ["/srv/needed.txt"],
};
const NEEDED: TestStep = { typed: "vi /srv/needed.txt", does: ["+ /srv/needed.txt = n"], reads: [] };
const HOME: TestStep = { typed: "vi /root/.made", does: ["+ /root/.made = s"], reads: [] };
const SETTING: TestStep = { typed: "vi /etc/app.conf", does: ["+ /etc/app.conf = a"], reads: [] };
const NEAR: TestStep = { typed: "make-it > /srv/out", does: ["+ /srv/out = o"], reads: [] };

const CASES: readonly (readonly [string, readonly TestStep[], readonly string[]])[] = [
  ["commands before files", [COPY, MAKE], ["make-it", "COPY"]],
  ["installations before files and their handling", [COPY, FOLDER, INSTALL], ["apt-get", "COPY", "mkdir"]],
  ["a command may have looked for what an installation brings", [COPY, MAKE, INSTALL], ["make-it", "apt-get", "COPY"]],
  ["a command may have looked at what lies where it worked", [COPY, NEAR], ["COPY", "make-it"]],
  ["a package may look at a setting and not open it", [SETTING, INSTALL], ["COPY", "apt-get"]],
  ["a program may look for a setting of the user", [HOME, MAKE], ["COPY", "make-it"]],
  ["a list of packages alone stays before its installation", [COPY, NEEDED, PIP], ["COPY", "pip", "COPY"]],
  ["a command that read the file stays behind it", [COPY, READING, INSTALL], ["COPY", "make-it", "apt-get"]],
  ["nothing passes a command whose reads are not known", [COPY, UNKNOWN, INSTALL], ["COPY", "make-it", "apt-get"]],
  ["a file stays behind its folder", [INSIDE, BELOW, MAKE], ["make-it", "COPY", "mkdir"]],
  ["an installation stays behind the accounts that it reads", [COPY, USER, AS_USER], ["useradd", "apt-get", "COPY"]],
  ["without reads the order stays", [{ typed: "vi /srv/app.conf", does: ["+ /srv/app.conf = a"] }, UNKNOWN], ["COPY", "make-it"]],
];

test.each(CASES)("%s", (_, steps, expected) => {
  const text = makeDraft(inputOf(steps, { base: ["+ /etc/passwd = root", "+ /var/log/dpkg.log = "] })).dockerfile;
  const words = [...text.matchAll(/apt-get(?= install)|pip(?= install)|make-it|COPY|mkdir|useradd/g)].map(([word]) => word);
  expect(words).toEqual(expected);
});

interface TestAction {
  readonly name: number;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly removes: readonly string[];
  readonly looks: readonly string[];
}

type Files = Map<string, string>;

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** All that an action can see: what it reads with all below, what is above it, and what lies where it looks. */
function seenBy(files: Files, { reads, looks }: TestAction): string[] {
  const isSeen = (path: string): boolean =>
    reads.some((read) => isBelow(path, read) || isBelow(read, path)) || looks.some((look) => path.startsWith(look));
  return [...files].filter(([path]) => isSeen(path)).map(([path, content]) => `${path}=${content}`);
}

/** What an action writes depends on all it can see; what it removes or writes over goes with all below, and nothing can be below a file. */
function act(files: Files, action: TestAction): void {
  const content = `${action.name}(${seenBy(files, action).toSorted().join()})`;
  for (const path of [...action.removes, ...action.writes]) {
    if ([...files.keys()].some((other) => other !== path && isBelow(path, other))) continue;
    for (const other of files.keys()) if (isBelow(other, path)) files.delete(other);
    if (action.writes.includes(path)) files.set(path, content);
  }
}

function resultOf(actions: readonly TestAction[]): readonly (readonly [string, string])[] {
  const files: Files = new Map([["/a/x", "base"]]);
  for (const action of actions) act(files, action);
  return [...files].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

const PATHS = fc.constantFrom(...["/a", "/b", "/c"].flatMap((top) => [top, `${top}/x`, `${top}/y`, `${top}/x/1`, `${top}x`]));
const SOME = fc.uniqueArray(PATHS, { maxLength: 3 });
const ACTION = fc.record({
  reads: SOME,
  writes: SOME,
  removes: fc.uniqueArray(PATHS, { maxLength: 1 }),
  looks: fc.uniqueArray(fc.constantFrom("/a/", "/b", "/c/x"), { maxLength: 1 }),
  rank: fc.nat({ max: 2 }),
  isKnown: fc.constantFrom(true, true, true, false),
});

test("whatever is read and written, the result stays the same", () => {
  let moved = 0;
  fc.assert(
    fc.property(fc.array(ACTION, { maxLength: 7 }), (actions) => {
      const items: readonly TestAction[] = actions.map((one, name) => ({ ...one, name }));
      const ordered = reorder(
        actions.map(({ rank, isKnown, reads, writes, removes, looks }, at) => {
          const item = { name: at, reads, writes, removes, looks };
          return { item, rank, sets: isKnown ? { reads, looks, writes: [...writes, ...removes] } : null };
        }),
      );
      moved += ordered.some(({ name }, at) => name !== at) ? 1 : 0;
      expect(ordered.map(({ name }) => name).toSorted((one, other) => one - other)).toEqual(items.map(({ name }) => name));
      expect(resultOf(ordered)).toEqual(resultOf(items));
    }),
    { numRuns: 400 },
  );
  expect(moved).toBeGreaterThan(0);
});
