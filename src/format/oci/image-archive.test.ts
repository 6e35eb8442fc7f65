import { expect, test } from "vitest";
import { listArchivedImages } from "./image-archive.ts";
import { parseImageConfig } from "./image-config.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const blob = (letter: string): string => `blobs/sha256/${letter.repeat(64)}`;
const list = (texts: Readonly<Record<string, unknown>>, layers: readonly string[] = []): unknown => {
  const entries = Object.entries(texts).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return listArchivedImages({ texts: new Map(entries), names: new Set([...Object.keys(texts), ...layers]) });
};
const manifest = { config: { digest: digest("c") }, layers: [{ digest: digest("1") }, { digest: digest("2") }] };
const image = { config: blob("c"), layers: [blob("1"), blob("2")] };

test("docker save names configuration and layers itself, with and without tags", () => {
  const saved = [
    { Config: "c.json", RepoTags: ["web:1"], Layers: ["a/layer.tar"] },
    { Config: "d.json", RepoTags: null, Layers: null },
  ];
  expect(list({ "manifest.json": saved })).toEqual([
    { tags: ["web:1"], config: "c.json", layers: ["a/layer.tar"] },
    { tags: [], config: "d.json", layers: [] },
  ]);
});

test("an OCI layout is followed from its index, also through an inner one, past attestations and platforms that are not there", () => {
  const inner = {
    manifests: [
      { digest: digest("m"), platform: { os: "linux", architecture: "amd64" } },
      { digest: digest("n"), platform: { os: "linux", architecture: "arm64" } },
      { digest: digest("e"), platform: { os: "unknown", architecture: "unknown" } },
    ],
  };
  const index = { manifests: [{ digest: digest("i"), annotations: { "io.containerd.image.name": "web:1" } }] };
  const texts = { "index.json": index, [blob("i")]: inner, [blob("m")]: manifest, [blob("e")]: manifest, [blob("c")]: {} };
  expect(list(texts, [blob("1"), blob("2")])).toEqual([{ tags: ["web:1"], ...image }]);
});

test("an index that names itself ends", () => {
  const loop = { manifests: [{ digest: digest("i") }] };
  expect(() => list({ "index.json": loop, [blob("i")]: loop })).toThrow("names no image");
});

test.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
  ["no manifest", {}, "neither a manifest.json nor an index.json"],
  ["no JSON", { "manifest.json": "{" }, "manifest.json is not JSON"],
  ["another shape", { "manifest.json": [{ Config: 1 }] }, "manifest.json: 0.Config"],
  ["no image", { "manifest.json": [] }, "names no image"],
  ["layers that are not there", { "index.json": { manifests: [{ digest: digest("m") }] }, [blob("m")]: manifest }, "names no image"],
])("%s is an error", (_name, texts, message) => {
  expect(() => list(texts)).toThrow(message);
});

test("a configuration may leave out almost everything", () => {
  expect(parseImageConfig('{"rootfs":{},"config":null,"history":null}', "c.json")).toMatchObject({
    env: [],
    cmd: null,
    history: [],
    user: "",
  });
  expect(() => parseImageConfig("[]", "c.json")).toThrow("c.json");
});
