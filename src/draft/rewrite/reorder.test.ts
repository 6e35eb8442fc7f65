import { expect, test } from "vitest";
import { makeDraft } from "../make-draft.ts";
import { inputOf } from "../test-history.ts";
import type { TestStep } from "../test-history.ts";

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

const CASES: readonly (readonly [string, readonly TestStep[], readonly string[]])[] = [
  ["installations, commands, files", [COPY, MAKE, INSTALL], ["apt-get", "make-it", "COPY"]],
  ["a command that read the file stays behind it", [COPY, READING, INSTALL], ["apt-get", "COPY", "make-it"]],
  ["nothing passes a command whose reads are not known", [COPY, UNKNOWN, INSTALL], ["COPY", "make-it", "apt-get"]],
  ["a file stays behind its folder", [INSIDE, BELOW, MAKE], ["COPY", "mkdir", "make-it"]],
  ["an installation stays behind the accounts that it reads", [COPY, USER, AS_USER], ["useradd", "apt-get", "COPY"]],
  ["without reads the order stays", [{ typed: "vi /srv/app.conf", does: ["+ /srv/app.conf = a"] }, UNKNOWN], ["COPY", "make-it"]],
];

test.each(CASES)("%s", (_, steps, expected) => {
  const text = makeDraft(inputOf(steps, { base: ["+ /etc/passwd = root", "+ /var/log/dpkg.log = "] })).dockerfile;
  const words = [...text.matchAll(/apt-get(?= install)|make-it|COPY|mkdir|useradd/g)].map(([word]) => word);
  expect(words).toEqual(expected);
});
