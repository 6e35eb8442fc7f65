import { expect, test } from "vitest";
import { viewImage } from "../image-view.ts";
import { createLayerScanner } from "../layer-scan.ts";
import { findLanguages } from "../languages.ts";
import { layerOf, type LayerRows } from "../test-archive.ts";
import { findPackages, summarizePackages } from "./find-packages.ts";

const PROGRAM = `\x7fELF${"\0".repeat(300_000)}`;

async function packagesOf(rows: LayerRows): Promise<readonly (readonly [string, string, string, number | null])[]> {
  const scanner = createLayerScanner();
  scanner.push(await layerOf(rows));
  return findPackages(viewImage([scanner.end()])).packages.map(({ manager, name, version, bytes }) => [manager, name, version, bytes]);
}

const DPKG =
  "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.21\nInstalled-Size: 10\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n";

test.each<readonly [string, LayerRows, readonly (readonly [string, string, string, number | null])[]]>([
  ["dpkg", { "/var/lib/dpkg/status": DPKG }, [["dpkg", "dpkg", "1.21", 10_240]]],
  [
    "dpkg of an image without a shell",
    { "/var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12\n" },
    [["dpkg", "base-files", "12", null]],
  ],
  ["apk", { "/lib/apk/db/installed": "P:musl\nV:1.2-r4\nI:634880\nF:lib\n" }, [["apk", "musl", "1.2-r4", 634_880]]],
  [
    "pip",
    {
      "/usr/lib/python3/dist-packages/flask-2.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: Flask\nVersion: 2.2\n\nName: text\n",
      "/usr/lib/python3/dist-packages/flask-2.2.dist-info/RECORD": "flask/app.py,sha256=x,100\nflask/cli.py,sha256=y,20\nflask/RECORD,,\n",
    },
    [["pip", "Flask", "2.2", 120]],
  ],
  ["old pip", { "/x/six-1.16.egg-info": "Name: six\nVersion: 1.16\n" }, [["pip", "six", "1.16", null]]],
  [
    "npm, without what is nested",
    {
      "/app/node_modules/a/package.json": '{"name":"a","version":"1.0.0"}',
      "/app/node_modules/a/node_modules/@s/b/package.json": '{"name":"@s/b","version":"2.0.0"}',
      "/app/node_modules/bad/package.json": "{",
    },
    [
      ["npm", "@s/b", "2.0.0", 33],
      ["npm", "a", "1.0.0", 30],
    ],
  ],
  [
    "gem",
    { "/var/lib/gems/3.1.0/specifications/rack-2.2.4.gemspec": "spec", "/var/lib/gems/3.1.0/gems/rack-2.2.4/lib/rack.rb": "rack" },
    [["gem", "rack", "2.2.4", 4]],
  ],
  ["jar", { "/app/lib/spring-core-5.3.1.jar": "jar" }, [["jar", "spring-core", "5.3.1", 3]]],
  [
    "composer",
    {
      "/srv/vendor/composer/installed.json": '{"packages":[{"name":"laravel/framework","version":"v10"}]}',
      "/srv/vendor/laravel/framework/a.php": "php",
    },
    [["composer", "laravel/framework", "v10", 3]],
  ],
])("%s", async (_name, rows, expected) => {
  expect(await packagesOf(rows)).toEqual(expected);
});

test("packages of rpm are said not to be listed", () => {
  const file = {
    type: "file",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 1,
    link: "",
    hasCapabilities: false,
    hash: null,
    secret: null,
    builtWith: null,
  } as const;
  const layer = { files: [{ path: "/var/lib/rpm/rpmdb.sqlite", ...file }], deleted: [], emptied: [], texts: new Map(), bytes: 1 };
  expect(findPackages(viewImage([layer])).findings.map(({ code }) => code)).toEqual(["rpm-not-read"]);
});

test("sums go by manager, the heaviest first", () => {
  const one = { name: "a", version: "1", path: "/a" };
  const packages = [
    { ...one, manager: "pip", bytes: 5 },
    { ...one, manager: "dpkg", bytes: 7 },
    { ...one, manager: "pip", bytes: null },
  ] as const;
  expect(summarizePackages(packages)).toEqual([
    { manager: "dpkg", count: 1, bytes: 7 },
    { manager: "pip", count: 2, bytes: 5 },
  ]);
});

test("languages are told by programs, marks of compilers and packages", async () => {
  const scanner = createLayerScanner();
  const program = { mode: 0o755 };
  const rows = { "/usr/bin/python3.11": "x", "/usr/bin/perl": "-> perl5", "/app/server": `${PROGRAM}/rustc/` };
  scanner.push(await layerOf(rows, { "/app/server": program }));
  const packages = [{ manager: "pip", name: "Flask", version: "2", bytes: 1, path: "/f" }] as const;
  expect(findLanguages(viewImage([scanner.end()]), packages).map(({ name }) => name)).toEqual(["Flask", "Perl", "Python", "Rust"]);
});
