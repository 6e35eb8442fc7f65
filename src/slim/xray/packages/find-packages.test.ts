import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { viewImage } from "../image-view.ts";
import { createLayerScanner } from "../layer-scan.ts";
import { findLanguages } from "../languages.ts";
import { filesArchive, inPieces, layerOf, type LayerRows } from "../test-archive.ts";
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

const database = gunzipSync(readFileSync(new URL("../../../../test/fixtures/rpm/rpmdb.sqlite.gz", import.meta.url)));

test.each([
  [
    "rpm",
    database,
    [
      ["beta", "1.2-3", "noarch", null],
      ["alpha", "2:1.2-3", "noarch", null],
    ],
    [],
  ],
  ["an rpm data base that is cut", database.subarray(0, 9000), [], ["package-database-damaged"]],
  ["an rpm data base that is none", Buffer.from("nonsense"), [], ["package-database-damaged"]],
])("%s", async (_what, bytes, expected, codes) => {
  const scanner = createLayerScanner();
  const path = "var/lib/rpm/rpmdb.sqlite";
  scanner.push(await filesArchive([[path, bytes]]));
  const { packages, findings } = findPackages(viewImage([scanner.end()]));
  expect(packages.map(({ name, version, architecture, source }) => [name, version, architecture, source])).toEqual(expected.toReversed());
  expect(findings.map(({ code }) => code)).toEqual(codes);
});

/** Go's build information, as its linker writes it since 1.18. */
function goBuild(lines: readonly string[]): string {
  const list = `${"\u0030".repeat(16)}${lines.map((line) => `${line}\n`).join("")}${"\u0030".repeat(16)}`;
  const length = String.fromCharCode((list.length % 128) | 128, Math.floor(list.length / 128));
  return `\u00ff Go buildinf:\b\u0002${"\0".repeat(16)}\u0008go1.21.3${length}${list}`;
}

const GO = goBuild([
  "path\texample.org/app",
  "mod\texample.org/app\t(devel)\t",
  "dep\tgithub.com/Spf13/cobra\tv1.8.0\th1:x",
  "dep\tgithub.com/old/x\tv1.0.0",
  "=>\tgithub.com/new/x\tv1.0.1\th1:y",
]);
const CRATES =
  "/root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/serde_json-1.0.99/src/de.rs\0/registry/src/github.com-1ec/rand-0.8.5-rc.1/x";

test.each([
  [
    "Go",
    `${PROGRAM}\u00ff Go buildinf:no${"\0".repeat(50)}${GO}`,
    [
      ["go", "example.org/app", "(devel)"],
      ["go", "github.com/Spf13/cobra", "v1.8.0"],
      ["go", "github.com/new/x", "v1.0.1"],
    ],
  ],
  [
    "Rust",
    `${PROGRAM}/rustc/${CRATES}`,
    [
      ["cargo", "rand", "0.8.5-rc.1"],
      ["cargo", "serde_json", "1.0.99"],
    ],
  ],
  ["C", `${PROGRAM}and no mark`, []],
  ["no program", `${PROGRAM.slice(1)}${GO}`, []],
])("what is built into a program of %s, in pieces of any size", async (_what, text, expected) => {
  const layer = await filesArchive([["app", Buffer.from(text, "latin1")]], { mode: 0o755 });
  for (const size of [777, 1 << 20]) {
    const scanner = createLayerScanner();
    for await (const piece of inPieces(layer, size)) scanner.push(piece);
    const { packages } = findPackages(viewImage([scanner.end()]));
    expect(packages.map(({ manager, name, version }) => [manager, name, version])).toEqual(expected);
  }
});

test("sums go by manager, the heaviest first", () => {
  const one = { name: "a", version: "1", path: "/a", architecture: null, source: null };
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
  const packages = [{ manager: "pip", name: "Flask", version: "2", bytes: 1, path: "/f", architecture: null, source: null }] as const;
  expect(findLanguages(viewImage([scanner.end()]), packages).map(({ name }) => name)).toEqual(["Flask", "Perl", "Python", "Rust"]);
});
