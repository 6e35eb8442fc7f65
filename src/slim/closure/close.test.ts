import { describe, expect, test } from "vitest";
import type { TraceAct } from "../../trace/protocol.ts";
import { imageOf } from "../test-image.ts";
import { LevelledClosure } from "./close.ts";
import type { KeepLevel } from "./closure.ts";
import { readPackages } from "./packages.ts";
import { resolvePath } from "./resolve.ts";

const SETTINGS = { entrypoint: [], cmd: [], env: [], user: "", workdir: "", volumes: [], exposed: [], stopSignal: null };

interface Row {
  readonly touched: Readonly<Record<string, readonly TraceAct[]>>;
  readonly level?: KeepLevel;
  readonly hasRules?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

async function keptOf(
  rows: Readonly<Record<string, string>>,
  { touched, level = "trace", hasRules = true, include = [], exclude = [] }: Row,
): Promise<string[]> {
  const image = await imageOf(rows);
  const trace = { version: 1, touched, lost: 0, mode: "transparent" } as const;
  const options = { level, include, exclude, missing: [], hasRules };
  return [...new LevelledClosure(image, readPackages(image), { trace, settings: SETTINGS, options }).kept().keys()].sort();
}

describe("resolvePath", () => {
  test.each([
    ["/a/f", "/a/f", []],
    ["/link/f", "/a/f", ["/link"]],
    ["/a/../b", "/b", []],
    ["/b/deeper", null, []],
    ["/loop", null, undefined],
    ["/dangling", null, ["/dangling"]],
    ["/a/none/deeper", null, []],
  ])("%s leads to %s", async (path, real, links) => {
    const image = await imageOf({
      "/a/f": "1",
      "/b": "2",
      "/link": "-> a",
      "/up": "-> /b/../a",
      "/loop": "-> loop",
      "/dangling": "-> /nowhere",
    });
    const found = resolvePath(image, path);
    expect(found.real).toBe(real);
    if (links !== undefined) expect(found.links).toEqual(links);
  });
});

test.each([
  ["of root alone", { uid: 0, gid: 0, mode: 0o755 }, null],
  ["of root and its group", { uid: 0, gid: 0, mode: 0o775 }, null],
  ["of another group, which only reads", { uid: 0, gid: 8, mode: 0o755 }, null],
  ["of another group", { uid: 0, gid: 8, mode: 0o775 }, "writable"],
  ["of another user, who only reads", { uid: 5, gid: 0, mode: 0o555 }, null],
  ["of another user", { uid: 5, gid: 0, mode: 0o755 }, "writable"],
  ["of all", { uid: 0, gid: 0, mode: 0o1777 }, "writable"],
])("a folder %s", async (_name, owner, rule) => {
  const image = await imageOf({ "/bin/a": "a", "/srv/it/": "" }, { "/srv/it": owner });
  const trace = { version: 1, touched: { "/bin/a": ["opened"] }, lost: 0, mode: "transparent" } as const;
  const options = { level: "module", include: [], exclude: [], missing: [], hasRules: true } as const;
  const kept = new LevelledClosure(image, readPackages(image), { trace, settings: SETTINGS, options }).kept();
  expect(kept.get("/srv/it")?.rule ?? null).toBe(rule);
});

test("folders that others than root may write to stay, without what is in them", async () => {
  const rows = { "/bin/a": "a", "/var/mail/": "", "/var/lib/db/old": "o", "/var/lib/plain/": "" };
  const image = await imageOf(rows, { "/var/mail": { mode: 0o2775, gid: 8 }, "/var/lib/db": { uid: 105, mode: 0o700 } });
  const trace = { version: 1, touched: { "/bin/a": ["opened"] }, lost: 0, mode: "transparent" } as const;
  const options = { level: "module", include: [], exclude: [], missing: [], hasRules: true } as const;
  const packages = { ...readPackages(image), ownerOf: new Map([["/var/lib/db/old", "db"]]) };
  const kept = new LevelledClosure(image, packages, { trace, settings: SETTINGS, options }).kept();
  const asked = ["/var/mail", "/var/lib/db", "/var/lib/db/old", "/var/lib/plain"];
  expect(asked.map((path) => kept.get(path)?.rule ?? null)).toEqual(["writable", "writable", null, null]);
});

describe("readPackages", () => {
  test("reads dpkg, apk and pip, each path by the place it really has", async () => {
    const image = await imageOf({
      "/lib": "-> usr/lib",
      "/usr/lib/liba.so": "1",
      "/var/lib/dpkg/status": "Package: liba\nSource: a (1)\n",
      "/var/lib/dpkg/info/liba:amd64.list": "/lib/liba.so\n",
      "/usr/lib/apk/db/installed": "P:b-tools\nV:1\no:b\nF:usr/bin\nR:b\n\n",
      "/usr/bin/b": "2",
      "/v/lib/python3/site-packages/c/x.py": "3",
      "/v/bin/c": "4",
      "/v/lib/python3/site-packages/c-1.0.dist-info/RECORD": "c/x.py,sha256=x,1\n../../../bin/c,,\n",
    });
    const { ownerOf, sourceOf } = readPackages(image);
    expect(Object.fromEntries(ownerOf)).toEqual({
      "/usr/lib/liba.so": "liba",
      "/usr/bin/b": "b-tools",
      "/v/lib/python3/site-packages/c/x.py": "pip:c",
      "/v/bin/c": "pip:c",
      "/v/lib/python3/site-packages/c-1.0.dist-info/RECORD": "pip:c",
    });
    expect(Object.fromEntries(sourceOf)).toEqual({ liba: "a", "b-tools": "b" });
  });
  test("reads npm, gem and composer, whose packages are part of an application", async () => {
    const image = await imageOf({
      "/app/node_modules/a/package.json": "{}",
      "/app/node_modules/a/node_modules/@s/b/package.json": "{}",
      "/app/node_modules/@s/b/package.json": "{}",
      "/gems/specifications/c-1.2.gemspec": "",
      "/gems/gems/c-1.2/lib/c.rb": "",
      "/gems/extensions/x86_64-linux/3.1.0/c-1.2/c.so": "",
      "/app/vendor/composer/installed.json": "{}",
      "/app/vendor/d/e/composer.json": "{}",
      "/app/vendor/d/e/src/E.php": "",
    });
    const { ownerOf, bundledIn, filesOf } = readPackages(image);
    expect(ownerOf.size).toBe(0);
    expect(Object.fromEntries(bundledIn)).toEqual({
      "/app/node_modules/a/package.json": "npm:a",
      "/app/node_modules/a/node_modules/@s/b/package.json": "npm:@s/b",
      "/app/node_modules/@s/b/package.json": "npm:@s/b",
      "/gems/specifications/c-1.2.gemspec": "gem:c-1.2",
      "/gems/gems/c-1.2/lib/c.rb": "gem:c-1.2",
      "/gems/extensions/x86_64-linux/3.1.0/c-1.2/c.so": "gem:c-1.2",
      "/app/vendor/d/e/composer.json": "composer:d/e",
      "/app/vendor/d/e/src/E.php": "composer:d/e",
    });
    expect(filesOf.get("npm:@s/b")).toHaveLength(2);
  });
});

describe("LevelledClosure", () => {
  test("keeps a touched file with its folders, and nothing beside it", async () => {
    expect(await keptOf({ "/opt/a/f": "1", "/opt/a/g": "2" }, { touched: { "/opt/a/f": ["opened"] } })).toEqual([
      "/",
      "/opt",
      "/opt/a",
      "/opt/a/f",
    ]);
  });
  test("keeps every link on the way to a file", async () => {
    const rows = { "/opt/v1/f": "1", "/opt/now": "-> v1", "/f": "-> /opt/now/f" };
    expect(await keptOf(rows, { touched: { "/f": ["looked-up"] } })).toEqual(["/", "/f", "/opt", "/opt/now", "/opt/v1", "/opt/v1/f"]);
  });
  test("keeps the nearest folder of what was looked for in vain", async () => {
    expect(await keptOf({ "/srv/data/x": "1" }, { touched: { "/srv/data/lock/pid": ["written"] } })).toEqual(["/", "/srv", "/srv/data"]);
  });
  test("keeps a script's interpreter", async () => {
    const rows = { "/job": "#!/usr/bin/env worker -q\n", "/usr/bin/env": "e", "/usr/bin/worker": "w" };
    expect(await keptOf(rows, { touched: { "/job": ["executed"] } })).toEqual([
      "/",
      "/job",
      "/usr",
      "/usr/bin",
      "/usr/bin/env",
      "/usr/bin/worker",
    ]);
  });
  test("keeps the file that another name links to", async () => {
    const rows = { "/usr/bin/first": "1", "/usr/bin/second": "= usr/bin/first" };
    expect(await keptOf(rows, { touched: { "/usr/bin/second": ["executed"] } })).toEqual([
      "/",
      "/usr",
      "/usr/bin",
      "/usr/bin/first",
      "/usr/bin/second",
    ]);
  });
  test("leaves the kernel's trees alone", async () => {
    expect(await keptOf({ "/proc/x": "1" }, { touched: { "/proc/x": ["opened"] }, hasRules: false })).toEqual(["/"]);
  });
  test("keeps the programs that a script calls, from level module on", async () => {
    const rows = {
      "/run.sh": "#!/bin/sh\n# pack never\nif [ $1 ]; then unpack x; fi\n",
      "/bin/sh": "s",
      "/usr/bin/pack": "p",
      "/usr/bin/unpack": "u",
    };
    const touched = { "/run.sh": ["executed"] } as const;
    expect(await keptOf(rows, { touched })).not.toContain("/usr/bin/unpack");
    const kept = await keptOf(rows, { touched, level: "module" });
    expect(kept).toContain("/usr/bin/unpack");
    expect(kept).not.toContain("/usr/bin/pack");
  });
  test("keeps an application's whole folder from level module on, and shared folders never", async () => {
    const rows = { "/app/main": "1", "/app/lib/lazy": "2", "/usr/bin/tool": "3", "/usr/bin/other": "4" };
    const kept = await keptOf(rows, { touched: { "/app/main": ["opened"], "/usr/bin/tool": ["executed"] }, level: "module" });
    expect(kept).toContain("/app/lib/lazy");
    expect(kept).not.toContain("/usr/bin/other");
  });
  test("keeps what is cheap of a package from level module on, its dear rest from package on, its documentation never", async () => {
    const rows = {
      "/var/lib/dpkg/info/tool.list": "/usr/bin/tool\n/usr/lib/tool/late\n/usr/lib/tool/dear\n/usr/share/doc/tool/README\n",
      "/usr/bin/tool": "1",
      "/usr/lib/tool/late": "2",
      "/usr/lib/tool/dear": "x".repeat(5_000_000),
      "/usr/share/doc/tool/README": "3",
    };
    const touched = { "/usr/bin/tool": ["executed"] } as const;
    expect(await keptOf(rows, { touched })).not.toContain("/usr/lib/tool/late");
    const near = await keptOf(rows, { touched, level: "module" });
    expect(near).toContain("/usr/lib/tool/late");
    expect(near).not.toContain("/usr/lib/tool/dear");
    const kept = await keptOf(rows, { touched, level: "package" });
    expect(kept).toContain("/usr/lib/tool/dear");
    expect(kept).not.toContain("/usr/share/doc/tool/README");
  });
  test("keeps the commands of a package from the same source and of what that needs, and nothing of a stranger", async () => {
    const rows = {
      "/var/lib/dpkg/status":
        "Package: server\nSource: pair (1.2)\n\nPackage: client\nSource: pair\nDepends: libx (>= 1), starter | other\n\nPackage: other\n\nPackage: starter\n",
      "/var/lib/dpkg/info/server.list": "/usr/sbin/server\n",
      "/var/lib/dpkg/info/client.list": "/usr/bin/client\n",
      "/var/lib/dpkg/info/other.list": "/usr/bin/other\n",
      "/var/lib/dpkg/info/starter.list": "/usr/bin/starter\n",
      "/usr/bin/starter": "4",
      "/usr/sbin/server": "1",
      "/usr/bin/client": "2",
      "/usr/bin/other": "3",
    };
    const kept = await keptOf(rows, { touched: { "/usr/sbin/server": ["executed"] }, level: "module" });
    expect(kept).toContain("/usr/bin/client");
    expect(kept).toContain("/usr/bin/starter");
    expect(kept).not.toContain("/usr/bin/other");
  });
  test("prices every level, each at least the one before", async () => {
    const image = await imageOf({ "/app/main": "12345", "/app/late": "678", "/usr/bin/x": "9" });
    const trace = { version: 1, touched: { "/app/main": ["opened"] }, lost: 0, mode: "transparent" } as const;
    const options = { level: "trace", include: [], exclude: [], missing: [], hasRules: true } as const;
    expect(await new LevelledClosure(image, readPackages(image), { trace, settings: SETTINGS, options }).prices()).toEqual([
      { level: "trace", bytes: 5, paths: 3 },
      { level: "module", bytes: 8, paths: 4 },
      { level: "package", bytes: 8, paths: 4 },
      { level: "app", bytes: 8, paths: 4 },
    ]);
  });
  test("what stays is the same before and after the prices, and with a rule-less closure the prices are those of the rules", async () => {
    const image = await imageOf({ "/app/main": "12345", "/app/late": "678", "/usr/bin/x": "9" });
    const trace = { version: 1, touched: { "/app/main": ["opened"] }, lost: 0, mode: "transparent" } as const;
    const options = { level: "trace", include: [], exclude: [], missing: [], hasRules: false } as const;
    const closure = new LevelledClosure(image, readPackages(image), { trace, settings: SETTINGS, options });
    const before = [...closure.kept().keys()];
    expect((await closure.prices()).map(({ paths }) => paths)).toEqual([3, 4, 4, 4]);
    expect([...closure.kept().keys()]).toEqual(before);
  });
  test("include and exclude have the last word", async () => {
    const rows = { "/a/x": "1", "/a/y": "2", "/b": "3" };
    expect(await keptOf(rows, { touched: { "/b": ["opened"] }, include: ["/a/*"], exclude: ["/b", "/a/y"] })).toEqual(["/", "/a", "/a/x"]);
  });
});
