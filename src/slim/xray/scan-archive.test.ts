import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { membersOfStream } from "./archive-source.ts";
import { makeXray } from "./make-xray.ts";
import type { XrayReport } from "./report.ts";
import { scanArchive } from "./scan-archive.ts";
import { filesArchive, inPieces, layerOf, layoutFiles, savedArchive } from "./test-archive.ts";

const KEY = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(20)}-----END PRIVATE KEY-----\n`;
const BIG = "x".repeat(5000);

const LOWER = {
  "/etc/": "",
  "/etc/os-release": 'PRETTY_NAME="Small Linux 1"\n',
  "/srv/": "",
  "/srv/a": BIG,
  "/srv/b": "old",
  "/srv/copy": BIG,
  "/srv/gone/": "",
  "/srv/gone/one": "one",
  "/srv/gone/two": "two",
  "/srv/folder/": "",
  "/srv/folder/hidden": "hidden",
  "/root/.ssh/id_rsa": KEY,
  "/bin/sh": "shell",
};
const UPPER = {
  "/srv/.wh.gone": "",
  "/srv/a": BIG,
  "/srv/b": "newer",
  "/srv/folder/.wh..wh..opq": "",
  "/srv/folder/seen": "seen",
  "/root/.ssh/.wh.id_rsa": "",
  "/usr/bin/su": "su",
  "/usr/bin/ping": "ping",
  "/tmp/": "",
  "/data/": "",
};
const MODES = {
  "/usr/bin/su": { mode: 0o4755 },
  "/usr/bin/ping": { mode: 0o755, xattrs: { "security.capability": "0100" } },
  "/tmp/": { mode: 0o1777 },
  "/data/": { mode: 0o777 },
};
const HISTORY = [{ created_by: "ADD rootfs.tar /" }, { created_by: 'CMD ["sh"]', empty_layer: true }, { created_by: "COPY . /srv" }];

const parts = async (): Promise<Parameters<typeof savedArchive>[0]> => ({
  layers: [await layerOf(LOWER), await layerOf(UPPER, MODES)],
  config: { Env: ["API_TOKEN=abc123-Zz9", "LANG=C"] },
  history: HISTORY,
});
const report = async (archive: Buffer, size = 1000): Promise<XrayReport> =>
  makeXray("web", await scanArchive(membersOfStream(inPieces(archive, size)), "amd64"), []).report;

describe("an archive of two layers", () => {
  test("says where its weight is and what is wasted", async () => {
    const { weights, layers, bytes, visibleBytes } = await report(await savedArchive(await parts()));
    expect(weights.wasted.map(({ path, kind, layer, by }) => [path, kind, layer, by])).toEqual([
      ["/srv/a", "repeated", 0, 1],
      ["/root/.ssh/id_rsa", "deleted", 0, 1],
      ["/srv/folder/hidden", "deleted", 0, 1],
      ["/srv/b", "overwritten", 0, 1],
      ["/srv/gone/one", "deleted", 0, 1],
      ["/srv/gone/two", "deleted", 0, 1],
    ]);
    expect(weights.duplicates).toEqual([{ bytes: 5000, paths: ["/srv/a", "/srv/copy"] }]);
    expect(layers[0]?.wastedBytes).toBe(weights.wastedBytes);
    expect(bytes - weights.wastedBytes).toBe(visibleBytes);
    expect(layers.map(({ instruction, isBase }) => [instruction, isBase])).toEqual([
      ["ADD rootfs.tar /", true],
      ["COPY . /srv", false],
    ]);
  });

  test("names what gives rights, and the secret that a later layer only hides", async () => {
    const { dangers, tools, base, image } = await report(await savedArchive(await parts()));
    expect(dangers.setuid).toEqual([{ path: "/usr/bin/su", mode: "4755", owner: "0:0" }]);
    expect(dangers.capabilities.map(({ path }) => path)).toEqual(["/usr/bin/ping"]);
    expect(dangers.worldWritable.map(({ path }) => path)).toEqual(["/data"]);
    expect(dangers.secrets).toEqual([{ path: "/root/.ssh/id_rsa", kind: "private key", layers: [0], isVisible: false }]);
    expect(tools.map(({ path, use }) => [path, use])).toEqual([
      ["/bin/sh", "shell"],
      ["/usr/bin/su", "privilege"],
    ]);
    expect(base).toMatchObject({ system: "Small Linux 1", layers: 1, entries: 2 });
    expect(image.env).toEqual(["API_TOKEN=***", "LANG=C"]);
  });

  test("never shows a secret", async () => {
    const text = JSON.stringify(await report(await savedArchive(await parts())));
    expect(text).not.toContain("MIIEvQ");
    expect(text).not.toContain("abc123");
  });
});

test("every kind of archive gives the same report", async () => {
  const made = await parts();
  const expected = await report(await savedArchive(made));
  const layout = await filesArchive(layoutFiles(made));
  const zipped = await filesArchive(layoutFiles({ ...made, layers: made.layers.map((layer) => gzipSync(layer)) }));
  const same = (one: XrayReport): XrayReport => ({ ...one, image: { ...expected.image } });
  for (const archive of [layout, zipped, gzipSync(layout)]) expect(same(await report(archive))).toEqual(expected);
});

test("the pieces in which an archive comes do not matter", async () => {
  const archive = await savedArchive(await parts());
  const expected = await report(archive);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20_000 }), async (size) => {
      expect(await report(archive, size)).toEqual(expected);
    }),
    { numRuns: 12 },
  );
});

test("a layer that stands as a link is the one that it names", async () => {
  const layer = await layerOf({ "/a": "a" });
  const manifest = [{ Config: "c.json", Layers: ["1/layer.tar", "2/layer.tar"] }];
  const files: [string, Buffer][] = [
    ["1/layer.tar", layer],
    ["c.json", Buffer.from('{"rootfs":{}}')],
    ["manifest.json", Buffer.from(JSON.stringify(manifest))],
  ];
  const plain = await filesArchive(files);
  const link = (await layerOf({ "/2/layer.tar": "-> ../1/layer.tar" })).subarray(0, -1024);
  const { layers } = await report(Buffer.concat([link, plain]));
  expect(layers.map(({ files: count }) => count)).toEqual([1, 1]);
});

test.each<readonly [string, () => Promise<Buffer>, string]>([
  ["nothing", async () => Buffer.alloc(0), "it is empty"],
  ["text", async () => Buffer.from("hello\n".repeat(200)), "it is not a tar archive"],
  ["a tar of something else", () => layerOf({ "/etc/passwd": "root" }), "neither a manifest.json nor an index.json"],
  ["a missing layer", async () => filesArchive(layoutFiles(await parts()).slice(1)), "names no image whose layers it holds"],
  ["half an archive", async () => (await savedArchive(await parts())).subarray(0, 6000), "ends too early"],
  ["half a compressed archive", async () => gzipSync(await savedArchive(await parts())).subarray(0, 200), "Compressed data cannot be read"],
  ["xz", async () => Buffer.from("fd377a585a000000", "hex"), "compressed with xz"],
  ["broken zstd", async () => Buffer.from("28b52ffd00000000", "hex"), "Compressed data cannot be read"],
])("%s is refused with one clear error", async (_name, archive, message) => {
  await expect(archive().then((bytes) => report(bytes))).rejects.toThrow(message);
});

test.each<readonly [string, (whole: Buffer) => Buffer, string, number]>([
  ["cut", (whole) => whole.subarray(0, 8000), "tar-damaged", 3],
  ["cut when compressed", (whole) => gzipSync(whole).subarray(0, -20), "compression-damaged", 12],
  ["compressed with nonsense", () => Buffer.from(`\u001f\u008b${"x".repeat(600)}`, "latin1"), "compression-damaged", 0],
  ["compressed with xz", () => Buffer.from("fd377a585a000000", "hex"), "layer-compression-unknown", 0],
  ["text", () => Buffer.from("nonsense"), "tar-damaged", 0],
  ["empty", () => Buffer.alloc(0), "tar-damaged", 0],
])("a layer that is %s is a finding beside what can be read", async (_what, damage, code, least) => {
  const [lower, upper] = [await layerOf(LOWER), await layerOf(UPPER)];
  for (const layers of [
    [damage(lower), upper],
    [upper, damage(lower)],
  ]) {
    const { findings, isComplete, layers: told } = await report(await savedArchive({ layers }));
    expect({ codes: findings.map((one) => one.code), isComplete }).toEqual({ codes: [code], isComplete: false });
    const counts = told.map(({ files }) => files);
    expect(counts).toContain(7);
    expect(Math.min(...counts.filter((count) => count !== 7))).toBeGreaterThanOrEqual(least);
  }
});

test("hostile names stay in the image", async () => {
  const rows = { "../../etc/shadow": BIG, "a/./b//c": BIG, "/x/../../y": BIG, "d/.wh.": "", "d/e": BIG, [`${"n/".repeat(1500)}f`]: BIG };
  const { weights, isComplete } = await report(await savedArchive({ layers: [await layerOf(rows)] }));
  const paths = weights.files.map(({ path }) => path).filter((path) => path.length < 100);
  expect({ paths, isComplete }).toEqual({ paths: ["/a/b/c", "/d/e", "/etc/shadow", "/y"], isComplete: true });
});

test("the image for this machine is taken out of several", async () => {
  const layer = await layerOf({ "/a": "a" });
  const config = (architecture: string): Buffer => Buffer.from(JSON.stringify({ architecture, rootfs: {} }));
  const manifest = ["arm64", "amd64"].map((name) => ({ Config: `${name}.json`, RepoTags: [`web:${name}`], Layers: ["1/layer.tar"] }));
  const { image, findings } = await report(
    await filesArchive([
      ["1/layer.tar", layer],
      ["arm64.json", config("arm64")],
      ["amd64.json", config("amd64")],
      ["manifest.json", Buffer.from(JSON.stringify(manifest))],
    ]),
  );
  expect(image.tags).toEqual(["web:amd64"]);
  expect(findings.map(({ code }) => code)).toEqual(["archive-many-images"]);
});
