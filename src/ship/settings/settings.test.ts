import { expect, test } from "vitest";
import { explain } from "./explain.ts";
import { layersOfUnit, resolveSettings } from "./resolve.ts";
import { testSources, type TestTexts } from "./test-sources.ts";

const service = (lines: string): string => `services:\n  web:\n${lines.replaceAll(/^/gmu, "    ")}`;
const resolve = (texts: TestTexts): ReturnType<typeof resolveSettings> => resolveSettings(testSources(texts));

test.each([
  ["image: nginx:1.27", { image: "nginx:1.27" }],
  ["image: a/web", { image: "a/web:live" }],
  ["image: r:5000/web@sha256:00", { image: "r:5000/web@sha256:00" }],
  ["command: a 'b c'", { command: ["a", "b c"] }],
  ["command: [a, 1, true]", { command: ["a", "1", "true"] }],
  ["environment: {A: 1, B: 1.10, C: , D: true}", { environment: { A: "1", B: "1.10", C: null, D: "true" } }],
  ["environment: [A=1, B]", { environment: { A: "1", B: null } }],
  [
    "ports: ['8080:80', {target: 81, published: '9000'}]",
    {
      ports: [
        { target: 80, published: 8080, host_ip: null, protocol: "tcp" },
        { target: 81, published: 9000, host_ip: null, protocol: "tcp" },
      ],
    },
  ],
  ["tmpfs: /tmp", { tmpfs: ["/tmp"] }],
  ["mem_limit: 50MiB\ncpus: 0.50\nstop_grace_period: 1m", { mem_limit: 52_428_800, cpus: 0.5, stop_grace_period: 60_000 }],
  ["healthcheck: {test: curl localhost, interval: 5s}", { healthcheck: { test: ["CMD-SHELL", "curl localhost"], interval: 5000 } }],
  ["extra_hosts: ['a:1.2.3.4', 'b=::1']", { extra_hosts: { a: "1.2.3.4", b: "::1" } }],
  ["ulimits: {nofile: 1024, core: {soft: 0, hard: 1}}", { ulimits: { nofile: { soft: 1024, hard: 1024 }, core: { soft: 0, hard: 1 } } }],
  ["read_only: ${RO:-true}\ninit: true\nx-other: 1\nhostname:", { read_only: true, init: true }],
])("%j", (lines, wanted) => {
  expect(resolve({ unit: service(lines) }).service).toMatchObject(wanted);
});

test.each([
  ["image: x\nprots: []", 4, 5, "prots.*Did you mean .ports"],
  ["image: x\nprivileged: true", 4, 5, "key of Compose that cooper does not carry out.*cap_add"],
  ["image: x\ndepends_on: [db]", 4, 5, "after under x-cooper"],
  ["ports: ['80:80:80']", 3, 13, "no port"],
  ["ports:\n  - target: 80\n    modus: 1", 5, 9, "modus"],
  ["ports: ['70000:80']", 3, 13, "65535"],
  ["volumes: ['a b:/x']", 3, 15, "neither a path"],
  ["volumes: ['data:/x']", 3, 15, "top of the file has no volumes: data"],
  ["networks: [back]", 3, 15, "top of the file has no networks: back"],
  ["secrets: [key]", 3, 15, "top of the file has no secrets: key"],
  ["restart: never", 3, 14, "unless-stopped"],
  ["restart: no", 3, 14, "false for others"],
  ["environment: {A: {b: 1}}", 3, 22, "environment.A"],
  ['command: "\'"', 3, 14, "quote"],
  ["x-cooper: {wave: 1}", 3, 16, "wave"],
  ["x-cooper: {mounts: {data: {test: copy}}}", 3, 25, "absolute"],
  ["x-cooper: {mounts: {/data: {test: clone}}}", 3, 39, "empty, tree, copy"],
  ["x-cooper: {modes: {test: {comand: x}}}", 3, 31, "command"],
  ["x-cooper: {provision: [{path: /a, kind: folder, content: {text: x}}]}", 3, 28, "Only a file"],
  ["x-cooper: {provision: [{path: /a, kind: file, mode: '999'}]}", 3, 57, "octal"],
  ["image: ${NOPE}", 3, 12, "NOPE, which is not set"],
  ["mem_limit: much", 3, 16, "no size"],
])("%j is refused at %d:%d", (lines, line, column, message) => {
  expect(() => resolve({ unit: service(lines) })).toThrow(
    expect.objectContaining({ message: expect.stringMatching(message), where: { file: "compose.yaml", line, column } }),
  );
});

test.each([
  ["services: {a: {image: x}, b: {image: y}}", "unit-many-services"],
  ["services: {}", "settings-invalid"],
  ["", "settings-invalid"],
  ["services: {web: {image: x}}\nincludes: []", "settings-invalid"],
  ["services: {web: {image: x}}\nconfigs: {}", "settings-invalid"],
  ["services: {web: {image: x}}\nsecrets: {a: {}}", "settings-invalid"],
])("%j is refused", (unit, code) => {
  expect(() => resolve({ unit })).toThrow(expect.objectContaining({ code }));
});

const layered: TestTexts = {
  unit: service(
    "environment: {A: unit, B: unit}\nports: ['80:80']\ncommand: [run]\nx-cooper:\n  port_offset: 5\n  modes:\n    test:\n      environment: {B: mode}\n      ports: ['81:81']\n      command: [try]",
  ),
  host: "service:\n  user: nobody\n  environment: {A: host, Z: host}\n  x-cooper: {modes: {test: {environment: {B: hostmode, M: hostmode}}}}",
  mode: "test",
  env: { COOPER_SET_USER: "env" },
  set: [["environment.A", "flag"]],
};

test("layers are merged, the nearer one wins", () => {
  const { service: merged, cooper } = resolve(layered);
  expect(merged).toMatchObject({
    image: "web:latest",
    user: "env",
    command: ["try"],
    environment: { A: "flag", B: "mode", Z: "host", M: "hostmode" },
  });
  expect(merged.ports?.map(({ target }) => target)).toEqual([80, 81]);
  expect(cooper).toEqual({ port_offset: 5 });
  expect(resolve({ ...layered, mode: "prod", env: {}, set: [] }).service).toMatchObject({
    user: "nobody",
    command: ["run"],
    image: "web:live",
  });
});

test("a mode replaces or takes away what Compose's tags say", () => {
  const unit = service("ports: ['80:80']\nuser: x\nx-cooper: {modes: {test: {ports: !override ['81:81'], user: !reset null}}}");
  const merged = resolve({ unit, mode: "test" }).service;
  expect(merged.ports?.map(({ target }) => target)).toEqual([81]);
  expect(merged.user).toBeUndefined();
});

test("a flag replaces a whole list", () => {
  expect(resolve({ unit: service("ports: ['80:80']"), set: [["ports", "['81:81']"]] }).service.ports?.map(({ target }) => target)).toEqual([
    81,
  ]);
});

test.each([["colour=1"], ["modes=1"], ["ports=x:y"], ["user=[a]"], ["restart=no"]])("--set %s is refused", (set) => {
  const [key = "", value = ""] = set.split("=");
  expect(() => resolve({ unit: service("image: x"), set: [[key, value]] })).toThrow(expect.objectContaining({ exit: 2 }));
});

test("a key's value is traced to its places", () => {
  const sources = testSources(layered);
  expect(explain("environment.A", layersOfUnit(sources), resolveSettings(sources))).toEqual({
    key: "environment.A",
    value: "flag",
    voices: [
      { source: "flag", place: "--set environment.A", value: "flag" },
      { source: "unit file", place: "compose.yaml:3:22", value: "unit" },
      { source: "host file", place: "host.yaml:3:20", value: "host" },
    ],
  });
  expect(() => explain("prots", [], resolveSettings(sources))).toThrow(expect.objectContaining({ hint: "Did you mean ports?" }));
});

test.each([
  ["roots: ~/units", { roots: ["~/units"] }],
  ["volumes: /srv/v\ntest_volumes: /srv/t\nname: jack", { volumes: "/srv/v", test_volumes: "/srv/t", name: "jack" }],
])("the host file %j", async (text, machine) => {
  const { readHostFile } = await import("./read-host-file.ts");
  const { readYaml } = await import("../../format/yaml/read-yaml.ts");
  expect(readHostFile(readYaml(text, "host.yaml"), {}).machine).toEqual(machine);
});
