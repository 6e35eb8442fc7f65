import { expect, test } from "vitest";
import { inputOf } from "../../src/draft/test-history.ts";
import type { TestStep } from "../../src/draft/test-history.ts";
import type { Entry, PathChange } from "../../src/format/tree/entry.ts";
import { buildSelected } from "./draft-support.ts";

const LIST = `cd /srv && find . -printf '%p %y %m %U:%G %l\\n' | LC_ALL=C sort; stat -c '%n %a %u:%g %F' /etc/motd /tmp /etc /root; cat /srv/c.txt '/srv/name with space' /srv/deep/er/file; ls -d /etc/debian_version /usr/share/doc 2>&1; [ /srv/a.txt -ef /srv/hard ] && echo one file`;

/** A change as the observer would tell it, for what a row of a test History cannot say. */
function changed(path: string, after: Entry): PathChange {
  return { path, kind: "created", before: null, after, changedAt: 0, kept: after.hash !== undefined };
}

const OWN: readonly TestStep[] = [
  { typed: "one", does: ["+ /srv/a.txt = first\n", "+ /srv/b.txt 0600 33:4 = second\n", "+ /srv/c.txt 0755 33:4 = third\n"] },
  { typed: "two", does: ["+ /srv/deep/", "+ /srv/deep/er/ 0750 1:2", "+ /srv/deep/er/file 0640 1:2 = in\n"] },
  { typed: "three", does: ["+ /srv/suid 04755 = s", "+ /srv/sgid 02755 0:4 = g", "+ /srv/sticky/ 01777"] },
  { typed: "four", does: ["+ /srv/link -> a.txt", "+ /srv/dangling -> /no/where", "+ /srv/hard => /srv/a.txt"] },
  { typed: "five", does: ["m /etc/motd 0600", "- /etc/debian_version"] },
  { typed: "six", does: ["~ /srv/c.txt = changed\n"] },
];

const FIFO: Entry = { type: "fifo", mode: 0o620, uid: 1, gid: 2 };
const LINK: Entry = { type: "symlink", mode: 0o777, uid: 33, gid: 4, link: "a b" };

test("carried paths have their type, owner, mode and content in the built image, and nothing around them changes", async () => {
  const input = inputOf(OWN, { base: ["+ /etc/motd = hi", "+ /etc/debian_version = 12"] });
  const [session] = input.history.sessions;
  const last = session?.steps.at(-1);
  if (session === undefined || last === undefined) throw new Error("no Steps");
  const hash = last.effect.changes[0]?.after?.hash ?? "";
  const odd = ["name with space", "[0]*?", "$HOME", "ünï", "-dash", 'quo"te', "back\\slash"].map((name) =>
    changed(`/srv/${name}`, { type: "file", mode: 0o644, uid: 0, gid: 0, hash }),
  );
  const changes = [...odd, changed("/srv/fifo", FIFO), changed("/srv/owned-link", LINK)].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const extra = {
    ...last,
    id: "s1.7",
    startedAt: last.startedAt + 1000,
    endedAt: last.endedAt + 1000,
    effect: { ...last.effect, changes },
  };
  const history = { ...input.history, sessions: [{ ...session, steps: [...session.steps, extra] }] };
  const { output } = await buildSelected({ ...input, history }, { fateOf: () => "carry", script: LIST });
  expect(output.split("\n")).toEqual([
    ". d 755 0:0 ",
    "./$HOME f 644 0:0 ",
    "./-dash f 644 0:0 ",
    "./[0]*? f 644 0:0 ",
    "./a.txt f 644 0:0 ",
    "./b.txt f 600 33:4 ",
    "./back\\slash f 644 0:0 ",
    "./c.txt f 755 33:4 ",
    "./dangling l 777 0:0 /no/where",
    "./deep d 755 0:0 ",
    "./deep/er d 750 1:2 ",
    "./deep/er/file f 640 1:2 ",
    "./fifo p 620 1:2 ",
    "./hard f 644 0:0 ",
    "./link l 777 0:0 a.txt",
    "./name with space f 644 0:0 ",
    "./owned-link l 777 33:4 a b",
    './quo"te f 644 0:0 ',
    "./sgid f 2755 0:4 ",
    "./sticky d 1777 0:0 ",
    "./suid f 4755 0:0 ",
    "./ünï f 644 0:0 ",
    "/etc/motd 600 0:0 regular file",
    "/tmp 1777 0:0 directory",
    "/etc 755 0:0 directory",
    "/root 700 0:0 directory",
    "changed",
    "changed",
    "in",
    "ls: cannot access '/etc/debian_version': No such file or directory",
    "/usr/share/doc",
    "one file",
  ]);
});

test("what a build stage leaves is in the image, and its tools are not", async () => {
  const steps: TestStep[] = [
    { typed: "mkdir /srv/common && export CC=cp && cd /srv/common", cd: "/srv/common", does: ["+ /srv/common/"] },
    { typed: "touch /usr/bin/tool", does: ["+ /usr/bin/tool = "] },
    { typed: "cp /bin/true ./made && chmod 750 ./made", does: ["+ /srv/common/made 0750 = elf"] },
    {
      typed: "mkdir -p /srv/out/sub && echo a > /srv/out/sub/a && chmod 700 /srv/out/sub",
      does: ["+ /srv/out/", "+ /srv/out/sub/ 0700", "+ /srv/out/sub/a = a"],
    },
    { typed: "./made && echo used > used", does: ["+ /srv/common/used = used"] },
    { typed: "rm /usr/bin/tool", does: ["- /usr/bin/tool"] },
  ];
  const stage = { steps: ["s1.2", "s1.3", "s1.4", "s1.6"], outputs: ["/srv/common/made", "/srv/out"] };
  const script = "cd /srv && find . -printf '%p %y %m %U:%G\\n' | LC_ALL=C sort; ls /usr/bin/tool 2>/dev/null || echo no tool; pwd";
  const { output, dockerfile } = await buildSelected(inputOf(steps), { fateOf: () => "run", stage, script });
  expect(dockerfile).toContain("FROM common AS build\n");
  expect(output.split("\n")).toEqual([
    ". d 755 0:0",
    "./common d 755 0:0",
    "./common/made f 750 0:0",
    "./common/used f 644 0:0",
    "./out d 755 0:0",
    "./out/sub d 700 0:0",
    "./out/sub/a f 644 0:0",
    "no tool",
    "/srv",
  ]);
});
