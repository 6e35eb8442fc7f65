import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBaseTree } from "../../src/changes/base-tree.ts";
import { openObserver, type Observer } from "../../src/changes/observer.ts";
import { inspectContainer, putArchive } from "../../src/engine/container/container.ts";
import type { Engine } from "../../src/engine/open-engine.ts";
import { tarMember } from "../../src/format/tar/member.ts";
import { writeTar } from "../../src/format/tar/write-tar.ts";
import { applyChanges } from "../../src/format/tree/apply-changes.ts";
import type { PathChange, Tree } from "../../src/format/tree/entry.ts";
import { type ContentStore, openContentStore } from "../../src/system/store/content-store.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";

const CAPABILITY = "0100000200200000000000000000000000000000";
/** The number of setxattr, for the images have no setcap. */
const SETXATTR = process.arch === "x64" ? 188 : 5;
const SET_CAPABILITY = `perl -e 'my ($p, $n, $v) = ("/opt/tool", "security.capability", pack("H*", "${CAPABILITY}")); syscall(${SETXATTR}, $p, $n, $v, 20, 0) == 0 or die $!'`;

let engine: Engine;
let base: Tree;
let folder: string;
let contents: ContentStore;

beforeAll(async () => {
  engine = await testEngine();
  folder = mkdtempSync(join(tmpdir(), "cooper-changes-"));
  contents = openContentStore(folder);
  base = await readBaseTree(engine, "debian:bookworm");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function observe(container: TestContainer, previous: Tree | null = null, seenBy: Engine = engine): Promise<Observer> {
  return await openObserver({ engine: seenBy, container: await inspectContainer(engine, container.id), base, previous, contents });
}

function lines(changes: readonly PathChange[]): string[] {
  return changes.map(({ kind, path, after }) => `${kind} ${path}${after?.type === "file" || after === null ? "" : ` ${after.type}`}`);
}

/** A command in the container to what a look then tells. */
const steps: readonly (readonly [string, readonly string[]])[] = [
  ["true", []],
  ["cat /etc/passwd > /dev/null; ls -lR /etc > /dev/null", []],
  ["echo one > /opt/a", ["created /opt/a"]],
  ["ln /opt/a /opt/b", ["created /opt/b"]],
  ["echo two >> /opt/a", ["changed /opt/a", "changed /opt/b"]],
  ["cp -p /opt/a /opt/c; rm /opt/a; mv /opt/c /opt/a", ["changed /opt/b"]],
  ["rm /opt/b", ["deleted /opt/b"]],
  ["chmod 4750 /opt/a", ["remoded /opt/a"]],
  ["chown daemon:daemon /opt/a", ["reowned /opt/a"]],
  ["echo x > /opt/gone; rm /opt/gone", []],
  ["touch /etc/passwd /etc", []],
  ["cp -a /etc/passwd /tmp/p; echo x >> /etc/passwd; cat /tmp/p > /etc/passwd; rm /tmp/p", []],
  ["chmod 600 /etc/motd", ["remoded /etc/motd"]],
  ["rm /etc/motd; echo new > /etc/motd", ["changed /etc/motd"]],
  ["rm -rf /etc/skel && mkdir /etc/skel", ["deleted /etc/skel/.bash_logout", "deleted /etc/skel/.bashrc", "deleted /etc/skel/.profile"]],
  ["echo mine > /etc/skel/.bashrc", ["created /etc/skel/.bashrc"]],
  ["rm /etc/skel/.bashrc", ["deleted /etc/skel/.bashrc"]],
  ["rm -r /etc/skel", ["deleted /etc/skel"]],
  ["mkdir -p /opt/d/e; echo x > /opt/d/e/f", ["created /opt/d directory", "created /opt/d/e directory", "created /opt/d/e/f"]],
  [
    "mv /opt/d /opt/d2",
    [
      "deleted /opt/d",
      "deleted /opt/d/e",
      "deleted /opt/d/e/f",
      "created /opt/d2 directory",
      "created /opt/d2/e directory",
      "created /opt/d2/e/f",
    ],
  ],
  ["rm -r /opt/d2; echo file > /opt/d2", ["changed /opt/d2", "deleted /opt/d2/e", "deleted /opt/d2/e/f"]],
  ["rm /opt/d2; mkdir /opt/d2", ["changed /opt/d2 directory"]],
  ["mv /etc/default /etc/default2; mv /etc/default2 /etc/default", []],
  ["ln -s /nowhere /opt/l", ["created /opt/l symlink"]],
  ["ln -sfn /elsewhere /opt/l", ["changed /opt/l symlink"]],
  ["mkfifo /opt/p; mknod /opt/n c 1 3", ["created /opt/n char", "created /opt/p fifo"]],
  ["chmod 1777 /srv", ["remoded /srv directory"]],
  [`cp /bin/true /opt/tool`, ["created /opt/tool"]],
  [SET_CAPABILITY, ["changed /opt/tool"]],
  ["chmod 700 /opt/tool", ["remoded /opt/tool"]],
  [
    "printf x > \"$(printf '/opt/new\\nline')\"; printf y > \"$(printf '/opt/bad\\377')\"",
    ["created /opt/bad\udcff", "created /opt/new\nline"],
  ],
];

/** Gives `use` a container and an observer that has looked once and found nothing. */
async function watched(
  args: readonly string[],
  use: (container: TestContainer, observer: Observer) => Promise<void>,
  seenBy: Engine = engine,
): Promise<void> {
  const container = await startContainer({ args });
  const observer = await observe(container, null, seenBy);
  try {
    const first = await observer.look();
    expect(lines(first.changes)).toEqual([]);
    expect(first.isWeak).toBe(seenBy !== engine);
    await use(container, observer);
  } finally {
    observer.close();
    await removeContainer(container.name);
  }
}

test("each command's changes are seen exactly, and add up to what is there", async () => {
  await watched([], async (container, observer) => {
    const seen: PathChange[] = [];
    for (const [command, expected] of steps) {
      await container.run("sh", "-c", command);
      const { changes } = await observer.look();
      expect([command, lines(changes)]).toEqual([command, expected]);
      seen.push(...changes);
      expect([command, lines((await observer.look()).changes)]).toEqual([command, []]);
    }
    await expect.poll(() => observer.peek(), { timeout: 30_000 }).toBe(false);
    const present = applyChanges(base, seen);
    for (const [path, entry] of observer.tree()) expect([path, present.get(path)]).toEqual([path, entry]);
    expect(present.get("/opt/tool")).toMatchObject({ mode: 0o700, xattrs: { "security.capability": CAPABILITY } });
    expect(present.get("/opt/a")).toMatchObject({ mode: 0o750, uid: 1, gid: 1 });
    expect(contents.readSync(present.get("/opt/new\nline")?.hash ?? "")?.toString()).toBe("x");

    await container.run("sh", "-c", "echo outside > /opt/outside; rm /opt/n; echo again > /opt/l2");
    expect(await observer.peek()).toBe(true);
    const later = await observe(container, present);
    expect(lines((await later.look()).changes)).toEqual(["created /opt/l2", "deleted /opt/n", "created /opt/outside"]);
    later.close();
  });
});

test("secrets are not kept; a process that stays and listens is seen, and its end", async () => {
  await watched([], async (container, observer) => {
    await container.run("sh", "-c", "echo 'machine a login b password cd34ef56gh' > /root/.netrc");
    const { changes, findings } = await observer.look();
    expect(changes.map(({ path, kept }) => [path, kept])).toEqual([["/root/.netrc", false]]);
    expect(findings.map(({ code }) => code)).toEqual(["secret-content"]);
    expect(contents.has(changes[0]?.after?.hash ?? "")).toBe(false);

    const server =
      'use Socket; socket(S, PF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(8099, INADDR_ANY)); listen(S, 5); open(F, ">/tmp/ready"); close F; sleep 600';
    await container.run("sh", "-c", `cd /srv; perl -e '${server}' >/dev/null 2>&1 & while ! test -e /tmp/ready; do sleep 0.1; done`);
    const { processes } = await observer.look();
    expect(processes).toHaveLength(1);
    expect(processes[0]).toMatchObject({
      argv: ["perl", "-e", server],
      uid: 0,
      cwd: "/srv",
      listening: [{ protocol: "tcp", address: "0.0.0.0", port: 8099 }],
    });
    await container.run("sh", "-c", `kill -9 ${processes[0]?.pid}; while test -e /proc/${processes[0]?.pid}; do sleep 0.1; done`);
    expect((await observer.look()).ended).toEqual([processes[0]?.pid]);
  });
});

const api: readonly (readonly [string, readonly string[]])[] = [
  ["true", []],
  ["echo one > /opt/a; chmod 4755 /opt/a", ["created /opt/a"]],
  [
    "echo two > /opt/a; ln -s a /opt/l; rm -r /etc/skel",
    [
      "deleted /etc/skel",
      "deleted /etc/skel/.bash_logout",
      "deleted /etc/skel/.bashrc",
      "deleted /etc/skel/.profile",
      "changed /opt/a",
      "created /opt/l symlink",
    ],
  ],
  ["ln /opt/a /opt/b; mkfifo /opt/p", ["created /opt/b", "created /opt/p fifo"]],
  [
    "rm /opt/b /opt/p; echo three > /opt/a; ln -sfn c /opt/l; printf x > \"$(printf '/opt/new\\nline')\"; printf y > '/opt/back\\slash'",
    ["changed /opt/a", "deleted /opt/b", "created /opt/back\\slash", "changed /opt/l symlink", "created /opt/new\nline", "deleted /opt/p"],
  ],
  ["rm /opt/l /opt/new* /opt/back*; true", ["deleted /opt/back\\slash", "deleted /opt/l", "deleted /opt/new\nline"]],
  ["cp /bin/true /opt/tool", ["created /opt/tool"]],
  [SET_CAPABILITY, ["changed /opt/tool"]],
  ["true", []],
  // A tar that knows no capabilities.
  [
    "printf '#!/bin/sh\\n[ $# = 6 ] && exec /bin/tar \"$@\"' >/usr/local/bin/tar; chmod +x /usr/local/bin/tar; cp /bin/true /opt/tool",
    ["changed /opt/tool", "created /usr/local/bin/tar"],
  ],
  [SET_CAPABILITY, ["changed /opt/tool"]],
  // Large, and not worth keeping: hashed over there.
  [
    "head -c 600000 /dev/zero > /var/lib/apt/lists/big; head -c 9 /dev/zero > /var/lib/apt/lists/a\\\\b",
    ["created /var/lib/apt/lists/a\\b", "created /var/lib/apt/lists/big"],
  ],
  ["printf x | dd of=/var/lib/apt/lists/big conv=notrunc status=none", ["changed /var/lib/apt/lists/big"]],
  ["true", []],
  ["rm /opt/a; chown daemon /srv; for i in $(seq 100 160); do echo $i > /opt/$i; done", []],
];

test("the engine's API tells the same changes, and that it is weaker", async () => {
  const use = async (container: TestContainer, observer: Observer): Promise<void> => {
    for (const [command, expected] of api) {
      await container.run("sh", "-c", command);
      const { changes } = await observer.look();
      if (expected.length > 0 || command === "true") expect(lines(changes)).toEqual(expected);
      else expect(lines(changes)).toEqual(expect.arrayContaining(["deleted /opt/a", "reowned /srv directory", "created /opt/160"]));
    }
  };
  await watched(["-v", "/opt/volume/below"], use, { ...engine, isLocal: false });
});

test.each([
  ["the container's own layer", true],
  ["the engine's API", false],
])("packages are known by dpkg's data base, what they brought is not kept: %s", async (_way, isLocal) => {
  const seenBy = { ...engine, isLocal };
  const container = await startContainer({ args: ["-v", "/data/of/volume"] });
  try {
    const observer = await observe(container, null, seenBy);
    expect(lines((await observer.look()).changes)).toEqual([]);
    const script = [
      "mkdir -p /b/DEBIAN /b/lib/own /b/usr/bin",
      "printf 'Package: own\\nVersion: 1.2\\nArchitecture: all\\nMaintainer: a <a@b>\\nDescription: d\\n' > /b/DEBIAN/control",
      "echo library > /b/lib/own/file",
      "cp /bin/false /b/usr/bin/own",
      "dpkg-deb -b /b /own.deb && dpkg -i /own.deb && rm -r /b /own.deb",
    ];
    await container.run("sh", "-ec", script.join("\n"));
    const { changes, packages } = await observer.look();
    expect(packages).toEqual([{ manager: "apt", name: "own", before: null, after: "1.2", automatic: false }]);
    const of = (path: string): PathChange | undefined => changes.find((change) => change.path === path);
    expect(of("/usr/lib/own/file")).toMatchObject({ kind: "created", package: "own", kept: false });
    expect(of("/usr/bin/own")).toMatchObject({ kind: "created", package: "own", kept: false });
    await container.run("sh", "-c", "echo edited > /usr/lib/own/file");
    expect((await observer.look()).changes).toMatchObject([{ path: "/usr/lib/own/file", kind: "changed", kept: true }]);
    await container.run("sh", "-c", "echo again > /usr/lib/own/file");
    const later = await observe(container, new Map([...base, ...observer.tree()]), seenBy);
    expect((await later.look()).changes).toMatchObject([{ path: "/usr/lib/own/file", kind: "changed", kept: true }]);
    later.close();
    await container.run("dpkg", "-r", "own");
    expect((await observer.look()).packages).toMatchObject([{ name: "own", before: "1.2", after: null }]);
    observer.close();
  } finally {
    await removeContainer(container.name);
  }
});

test("the engine keeps what our tar writer says of a file", async () => {
  const container = await startContainer();
  try {
    const observer = await observe(container);
    await observer.look();
    const member = tarMember({
      path: `opt/${"long/".repeat(30)}tool`,
      mode: 0o4755,
      uid: 7,
      gid: 8,
      size: 4,
      xattrs: { "security.capability": CAPABILITY },
    });
    const pieces: Buffer[] = [];
    for await (const piece of writeTar([{ member, body: Buffer.from("tool") }])) pieces.push(piece);
    await putArchive(engine, container.id, "/", Buffer.concat(pieces));
    const { changes } = await observer.look();
    expect(changes.at(-1)).toMatchObject({
      path: `/${member.path}`,
      after: { mode: 0o4755, uid: 7, gid: 8, size: 4, xattrs: { "security.capability": CAPABILITY } },
    });
    observer.close();
  } finally {
    await removeContainer(container.name);
  }
});
