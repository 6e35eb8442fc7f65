import { expect, test } from "vitest";
import { joinWords, quoteWord } from "../../format/shell/quote.ts";
import type { Mode } from "../settings/modes.ts";
import { resolveSettings } from "../settings/resolve.ts";
import { testSources } from "../settings/test-sources.ts";
import { dockerRun } from "./docker-run.ts";
import { makePlan } from "./make-plan.ts";
import type { Plan, PlanFacts } from "./model.ts";

const facts: PlanFacts = {
  home: "/home/me",
  env: { HERE: "here" },
  volumes: "/srv/volumes",
  testVolumes: "/srv/tests",
  images: { "web:live": "sha256:aa" },
  released: null,
  networks: [],
  containers: [],
  envFiles: [],
  address: null,
};

interface Case {
  readonly mode?: Mode;
  readonly facts?: Partial<PlanFacts>;
  readonly top?: string;
}

function plan(lines: string, { mode = "prod", facts: more = {}, top = "" }: Case = {}): Plan {
  const unit = `services:\n  web:\n${lines.replaceAll(/^/gmu, "    ")}\n${top}`;
  return makePlan(resolveSettings(testSources({ unit, mode })), { ...facts, ...more });
}

test("production is what the settings say", () => {
  const made = plan("ports: ['8080:80']\nenvironment: {A: 1, HERE: , GONE: }\nvolumes: ['./d:/d', '~/c:/c:ro', data:/v]\nenv_file: x", {
    top: "volumes: {data: }",
    facts: { envFiles: [["x", { A: "file", F: "file" }]] },
  });
  expect(made.image).toEqual({ reference: "web:live", id: "sha256:aa" });
  expect(made.container).toMatchObject({
    name: "web",
    hostname: "web",
    environment: { A: "1", HERE: "here", F: "file" },
    ports: [{ target: 80, published: 8080 }],
    mounts: [{ source: "/units/web/d" }, { source: "/home/me/c" }, { source: "web_data" }],
    networks: [{ name: "bridge" }],
    labels: { "cooper.unit": "web", "cooper.mode": "prod" },
  });
  expect(made.container.environment).not.toHaveProperty("GONE");
  expect(made.steps).toMatchObject([
    { act: "make-folder", path: "/units/web/d" },
    { act: "make-volume", name: "web_data" },
  ]);
});

test("an instance beside production has a name, network, ports and restart policy of its own", () => {
  const made = plan(
    "container_name: shop\nhostname: shop.example\nrestart: always\nports: ['8080:80']\nnetworks: {back: {aliases: [db]}}",
    {
      mode: "test",
      top: "networks: {back: {external: true}}",
    },
  );
  expect(made.container).toMatchObject({
    name: "test-shop",
    hostname: "test-shop",
    restart: "no",
    ports: [{ target: 80, published: null }],
    networks: [{ name: "test-web", aliases: ["db"] }],
  });
  expect(made.image.reference).toBe("web:latest");
  expect(made.steps).toEqual([{ act: "make-network", name: "test-web", internal: false, subnet: null }]);
});

test.each([
  [59, "prod", undefined, "x".repeat(59)],
  [59, "test", "shop", `test-${"x".repeat(59)}`],
  [60, "test", "shop", undefined],
  [65, "prod", undefined, undefined],
  [65, "prod", "shop", "shop"],
] as const)("a name of %i characters in %s, with the host name %s, makes the host name %s", (length, mode, hostname, expected) => {
  const own = hostname === undefined ? "" : `\nhostname: ${hostname}`;
  expect(plan(`container_name: ${"x".repeat(length)}${own}`, { mode }).container.hostname).toBe(expected);
});

const mounted = (policy: string, volume = "./d:/d/e"): string =>
  `volumes: ['${volume}']\nx-cooper: {mounts: {/d/e: {test: ${policy}, max_size: 1k}}}`;
test.each([
  ["empty", "/srv/tests/test-web/d_e", false],
  ["tree", "/srv/tests/test-web/d_e", false],
  ["copy", "/srv/tests/test-web/d_e", false],
  ["share-ro", "/units/web/d", true],
  ["share", "/units/web/d", false],
])("a test gets a mount as %s", (policy, source, isReadOnly) => {
  const made = plan(mounted(policy), { mode: "test" });
  expect(made.container.mounts).toMatchObject([{ source, read_only: isReadOnly }]);
  const fills = made.steps.filter(({ act }) => act === "fill-folder");
  expect(fills).toEqual(
    source.startsWith("/srv/tests") ? [{ act: "fill-folder", policy, from: "/units/web/d", to: source, maxSize: 1024 }] : [],
  );
});

test.each([
  ["empty", "test-web_data", false],
  ["share-ro", "web_data", true],
  ["share", "web_data", false],
])("a test gets a volume as %s", (policy, source, isReadOnly) => {
  const made = plan(mounted(policy, "data:/d/e"), { mode: "dev", top: "volumes: {data: }" });
  expect(made.container.mounts).toMatchObject([{ source: source.replace("test-", "dev-"), read_only: isReadOnly }]);
});

test.each<readonly [string, string, Case]>([
  ["mount-without-policy", "volumes: ['./d:/d']", { mode: "test" }],
  ["mount-without-policy", "volumes: ['data:/d']", { mode: "dev", top: "volumes: {data: }" }],
  ["mount-without-policy", mounted("copy", "data:/d/e"), { mode: "test", top: "volumes: {data: }" }],
  ["test-volumes-unsafe", mounted("copy"), { mode: "test", facts: { testVolumes: null } }],
  ["test-volumes-unsafe", mounted("copy"), { mode: "test", facts: { testVolumes: "/srv/volumes" } }],
  ["test-volumes-unsafe", mounted("copy"), { mode: "test", facts: { testVolumes: "/srv/volumes/tests" } }],
  ["test-volumes-unsafe", mounted("copy"), { mode: "test", facts: { testVolumes: "/srv" } }],
  ["test-volumes-unsafe", mounted("copy"), { mode: "test", facts: { testVolumes: "/units/web/d" } }],
  ["test-volumes-unsafe", mounted("copy"), { mode: "test", facts: { testVolumes: "tests" } }],
  ["test-volumes-unsafe", mounted("empty", "/srv/tests/x:/d/e"), { mode: "test" }],
  ["mode-not-isolated", "ports: ['60000:80']\nx-cooper: {port_offset: 10000}", { mode: "test" }],
  ["mode-not-isolated", "ports: ['80:80']\nx-cooper: {port_offset: 0}", { mode: "test" }],
  ["mode-not-isolated", "x-cooper: {modes: {test: {network_mode: host}}}", { mode: "test" }],
  ["mode-not-isolated", "container_name: test-web", {}],
  ["mode-not-isolated", "volumes_from: ['container:db:ro']", { mode: "test" }],
  ["mode-not-isolated", "pid: container:db", { mode: "dev" }],
  ["mode-not-isolated", "ipc: container:db", { mode: "test" }],
  ["unit-name-malformed", "container_name: 'my web'", {}],
  ["unit-name-malformed", "container_name: -web", {}],
  ["provision-no-mount", "x-cooper: {provision: [{path: /a/b, kind: folder}]}", {}],
  ["provision-no-mount", "volumes: [/a]\nx-cooper: {provision: [{path: /a/b, kind: folder}]}", {}],
  ["secret-unset", "secrets: [k]", { top: "secrets: {k: {environment: NOPE}}" }],
])("%s: %j", (code, lines, given) => {
  expect(() => plan(lines, given)).toThrow(expect.objectContaining({ code, exit: 2 }));
});

test("a mode may name its networks; ports are shifted by a number", () => {
  const made = plan("ports: ['80:80']\nx-cooper: {port_offset: 1000, modes: {test: {networks: [other]}}}", {
    mode: "test",
    top: "networks: {other: {external: true}}",
  });
  expect(made.container.networks).toEqual([{ name: "other", address: null, aliases: [] }]);
  expect(made.container.ports).toMatchObject([{ published: 1080 }]);
});

test("the first repository that has the image counts", () => {
  const lines = "x-cooper: {repositories: [one, two]}";
  expect(plan(lines, { facts: { images: { "two/web:live": "sha256:bb" } } }).image.reference).toBe("two/web:live");
  expect(plan(lines, { facts: { images: {} } }).image).toEqual({ reference: "one/web:live", id: null });
});

test("files, secrets and units before are steps", () => {
  const made = plan(
    "volumes: ['v:/v']\nsecrets: [k, {source: p, target: /p}]\nx-cooper:\n  after: [db]\n  provision:\n    - {path: /v/a, kind: file, owner: www, mode: '0600', content: {text: x}}\n    - {path: /b, kind: folder, only: [test]}",
    { top: "volumes: {v: }\nsecrets: {k: {file: k}, p: {environment: X, x-cooper: {command: [pass, x]}}}" },
  );
  expect(made.after).toEqual(["db"]);
  expect(made.steps).toEqual([
    { act: "make-volume", name: "web_v" },
    { act: "provision", path: "/v/a", kind: "file", owner: "www", group: null, mode: "0600", content: "text" },
    { act: "give-secret", name: "k", from: "file", target: "/run/secrets/k" },
    { act: "give-secret", name: "p", from: "command", target: "/p" },
  ]);
});

test("the same settings make the same bytes", () => {
  expect(JSON.stringify(plan(mounted("copy"), { mode: "test" }))).toBe(JSON.stringify(plan(mounted("copy"), { mode: "test" })));
});

test.each(["/srv/a b", "/srv/it's", '/srv/"quoted", and more', "/srv/two\nlines", "/srv/$(id)`id`", "/srv/-dash", "/srv/\u{1F433}"])(
  "a volume at %j is one word for docker, and one field of it",
  (source) => {
    const words = dockerRun(plan(`volumes: [{type: bind, source: ${JSON.stringify(source.replaceAll("$", "$$$$"))}, target: /d}]`));
    const mount = words[words.indexOf("--mount") + 1] ?? "";
    expect(mount).toBe(
      /[",\n]/u.test(source) ? `type=bind,"source=${source.replaceAll('"', '""')}",target=/d` : `type=bind,source=${source},target=/d`,
    );
    expect(joinWords(words)).toContain(quoteWord(mount));
  },
);

test("what a mode shares with another container, it says itself", () => {
  const lines = "volumes_from: ['container:db']\nx-cooper: {modes: {test: {volumes_from: ['container:test-db:ro']}}}";
  expect(plan(lines, { mode: "test" }).container.volumes_from).toEqual(["test-db:ro"]);
});

test("limits of block devices as docker run", () => {
  const lines =
    "blkio_config: {weight: 300, weight_device: [{path: /dev/a, weight: 5}], device_read_bps: [{path: /dev/a, rate: 1m}], device_write_bps: [{path: /dev/a, rate: 1k}], device_read_iops: [{path: /dev/a, rate: 7}], device_write_iops: [{path: /dev/a, rate: 9}]}";
  expect(joinWords(dockerRun(plan(lines)))).toContain(
    "--blkio-weight 300 --blkio-weight-device /dev/a:5 --device-read-bps /dev/a:1048576 --device-write-bps /dev/a:1024 --device-read-iops /dev/a:7 --device-write-iops /dev/a:9",
  );
});

test("a plan as docker run", () => {
  const lines =
    "command: [echo, 'a b']\nentrypoint: [sh, -c]\nuser: www\nread_only: true\nenvironment: {A: '1', TOKEN: abcdef123456}\nports: ['127.0.0.1:8080:80/udp']\nvolumes: ['/a,b:/c:ro']\nhealthcheck: {test: [CMD, curl, 'a b'], interval: 5s}\nlogging: {driver: json-file, options: {max-size: 5m}}\nulimits: {nofile: 5}";
  expect(joinWords(dockerRun(plan(lines)))).toBe(
    `docker run --detach --name web --hostname web --user www --log-driver json-file --read-only --env A=1 --env TOKEN --label cooper.unit=web --label cooper.mode=prod --log-opt max-size=5m --ulimit nofile=5:5 --health-cmd 'curl '\\''a b'\\''' --health-interval 5000ms --network bridge --publish 127.0.0.1:8080:80/udp --mount 'type=bind,"source=/a,b",target=/c,readonly' --entrypoint sh web:live -c echo 'a b'`,
  );
});
