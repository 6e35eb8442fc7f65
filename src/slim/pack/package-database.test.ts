import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readRpmDatabase } from "../../format/package-database/rpm.ts";
import type { Reason } from "../closure/closure.ts";
import { readPackages } from "../closure/packages.ts";
import type { Original } from "../inspect/inspect-image.ts";
import { imageOf } from "../test-image.ts";
import { withDatabases } from "./package-database.ts";

const REASON: Reason = { rule: "trace", because: "opened", level: "trace" };
const stanza = (name: string): string => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n`;

const IMAGE = {
  "/usr/bin/web": "",
  "/usr/bin/gone": "",
  "/usr/share/doc/web": "",
  "/lib": "-> usr/lib",
  "/usr/lib/libweb.so": "",
  "/var/lib/dpkg/status": `${stanza("web")}\n${stanza("gone")}\n`,
  "/var/lib/dpkg/info/web:amd64.list": "/.\n/usr\n/usr/bin\n/usr/bin/web\n/lib/libweb.so\n/usr/share/doc/web\n",
  "/var/lib/dpkg/info/web:amd64.md5sums": "00ab  usr/bin/web\n00cd  usr/share/doc/web\n",
  "/var/lib/dpkg/info/gone.list": "/usr/bin/gone\n",
  "/etc/os-release": "ID=debian\n",
};

async function cut(
  image: Record<string, string>,
  paths: readonly string[],
  exclude: readonly string[] = [],
): Promise<Record<string, string>> {
  const files = await imageOf(image);
  const info = { id: "", tags: [], digests: [], labels: {}, size: 0, createdAt: "", layers: [], buildHostName: null };
  const settings = { env: [], cmd: null, entrypoint: null, user: "", workdir: "", exposed: [], volumes: [] };
  const config = { ...settings, stopSignal: null, shell: null, architecture: "" };
  const original: Original = {
    info: { ...info, config },
    inspected: {},
    health: null,
    history: [],
    changed: {},
    files,
    packages: readPackages(files),
  };
  const { kept, replaced } = withDatabases(original, new Map(paths.map((path) => [path, REASON])), exclude);
  expect([...replaced.keys()].filter((path) => !kept.has(path))).toEqual([]);
  return Object.fromEntries([...replaced].map(([path, bytes]) => [path, bytes.toString("latin1")]));
}

test("dpkg's database tells of the packages and files that stay", async () => {
  expect(await cut(IMAGE, ["/", "/usr", "/usr/bin", "/usr/bin/web", "/usr/lib/libweb.so"])).toEqual({
    "/var/lib/dpkg/status": stanza("web"),
    "/var/lib/dpkg/info/web:amd64.list": "/.\n/usr\n/usr/bin\n/usr/bin/web\n/lib/libweb.so\n",
    "/var/lib/dpkg/info/web:amd64.md5sums": "00ab  usr/bin/web\n",
  });
});

test("a database that the program read, or that is to be left out, is not cut", async () => {
  expect(Object.keys(await cut(IMAGE, ["/usr/bin/web", "/var/lib/dpkg/status"], ["/var/lib/dpkg/info/*.md5sums"]))).toEqual([
    "/var/lib/dpkg/info/web:amd64.list",
  ]);
});

test("no database stays where nothing of a package does", async () => {
  expect(await cut(IMAGE, ["/", "/srv"])).toEqual({});
});

test("apk's database tells of the packages and files that stay", async () => {
  const installed =
    "C:Q1\nP:web\nV:1\nF:usr/bin\nR:web\na:0:0:755\nZ:Q1a\nR:other\nZ:Q1b\nF:etc\nR:conf\n\nP:gone\nV:1\nF:usr/bin\nR:gone\n\n";
  const image = { "/usr/bin/web": "", "/usr/bin/other": "", "/usr/bin/gone": "", "/etc/conf": "", "/lib/apk/db/installed": installed };
  expect(await cut(image, ["/", "/usr", "/usr/bin", "/usr/bin/web"])).toEqual({
    "/lib/apk/db/installed": "C:Q1\nP:web\nV:1\nF:usr/bin\nR:web\na:0:0:755\nZ:Q1a\n\n",
  });
});

test("rpm's data base tells of the packages that stay", async () => {
  const base = gunzipSync(readFileSync(new URL("../../../test/fixtures/rpm/rpmdb.sqlite.gz", import.meta.url))).toString("latin1");
  const image = { "/opt/alpha/file": "", "/opt/beta/file": "", "/var/lib/rpm/rpmdb.sqlite": base };
  const replaced = await cut(image, ["/opt/beta/file"], []);
  const left = Buffer.from(replaced["/var/lib/rpm/rpmdb.sqlite"] ?? "", "latin1");
  expect(readRpmDatabase(left).map(({ name }) => name)).toEqual(["beta"]);
});
