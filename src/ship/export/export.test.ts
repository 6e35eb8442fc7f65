import { expect, test } from "vitest";
import { parseReply } from "../../engine/reply.ts";
import { asCompose } from "./as-compose.ts";
import { asQuadlet } from "./as-quadlet.ts";
import { asRun } from "./as-run.ts";
import { asStack } from "./as-stack.ts";
import { define, type Definition } from "./definition.ts";

const ID = "ab".repeat(32);
const OTHER = "cd".repeat(32);

interface Case {
  readonly config?: object;
  readonly host?: object;
  readonly image?: object;
  readonly networks?: object;
  readonly secrets?: boolean;
}

function definitionOf({ config = {}, host = {}, image = {}, networks = {}, secrets = false }: Case): Definition {
  const reply = (value: object): ReturnType<typeof parseReply> => parseReply(JSON.stringify(value));
  const facts = {
    id: ID,
    name: "web",
    config: reply({ Image: "shop/web:1", Hostname: ID.slice(0, 12), ...config }),
    image: reply(image),
    host: reply({ NetworkMode: "default", ...host }),
    networks: reply(networks),
    mounts: [],
    isImageGone: false,
    defaults: { logDriver: "json-file", runtime: "runc", cgroup: "private" },
    names: new Map([[OTHER, "db"]]),
  };
  return define(facts, { secrets });
}

const run = (one: Case): string => asRun(definitionOf(one)).text.replaceAll(" \\\n  ", " ").trimEnd();

const PLAIN = "docker run --detach --name web";
const NET = { NetworkID: OTHER, Aliases: [ID.slice(0, 12), "shop"], IPAMConfig: { IPv4Address: "10.0.0.9" } };

test.each<readonly [string, Case, string]>([
  ["nothing of its own", {}, `${PLAIN} shop/web:1`],
  [
    "what the image has too",
    { config: { Env: ["A=1"], Cmd: ["x"], User: "www" }, image: { Env: ["A=1"], Cmd: ["x"], User: "www" } },
    `${PLAIN} shop/web:1`,
  ],
  [
    "a variable changed, one taken away",
    { config: { Env: ["A=2"] }, image: { Env: ["A=1", "B=1"] } },
    `${PLAIN} --env A=2 --env B shop/web:1`,
  ],
  ["a secret", { config: { Env: ["DB_PASSWORD=hunter22"] } }, `${PLAIN} --env DB_PASSWORD shop/web:1`],
  [
    "a secret that is asked for",
    { config: { Env: ["DB_PASSWORD=hunter22"] }, secrets: true },
    `${PLAIN} --env DB_PASSWORD=hunter22 shop/web:1`,
  ],
  ["a command of its own", { config: { Cmd: ["a b", "$c"] } }, `${PLAIN} shop/web:1 'a b' '$c'`],
  [
    "an entry point taken away",
    { config: { Cmd: ["x"] }, image: { Entrypoint: ["e"], Cmd: ["x"] } },
    `${PLAIN} --entrypoint '' shop/web:1 x`,
  ],
  [
    "the image's entry point without its command",
    { config: { Entrypoint: ["e"] }, image: { Entrypoint: ["e"], Cmd: ["x"] } },
    `${PLAIN} --entrypoint e shop/web:1`,
  ],
  ["another's network", { host: { NetworkMode: `container:${OTHER}` } }, `${PLAIN} --network container:db shop/web:1`],
  [
    "a network",
    { host: { NetworkMode: "back" }, networks: { back: NET } },
    `${PLAIN} --network back --ip 10.0.0.9 --network-alias shop shop/web:1`,
  ],
  [
    "two networks",
    { host: { NetworkMode: "back" }, networks: { back: NET, front: { NetworkID: ID } } },
    "docker create --name web --network back --ip 10.0.0.9 --network-alias shop shop/web:1\ndocker network connect front web\ndocker start web",
  ],
  ["swap as the engine gives it", { host: { Memory: 1000, MemorySwap: 2000, MemorySwappiness: -1 } }, `${PLAIN} --memory 1000 shop/web:1`],
  ["notes of others", { config: { Labels: { "com.docker.compose.project": "x", a: "b" } } }, `${PLAIN} --label a=b shop/web:1`],
  ["privileges", { host: { Privileged: true, SecurityOpt: ["label=disable"], MaskedPaths: null } }, `${PLAIN} --privileged shop/web:1`],
  ["a health check turned off", { config: { Healthcheck: { Test: ["NONE"] } } }, `${PLAIN} --no-healthcheck shop/web:1`],
  [
    "characters that change a screen",
    { config: { Cmd: ["a\u001b[2Jb\u202e"] } },
    `${PLAIN} shop/web:1 a"$(printf '\\033')"'[2Jb'"$(printf '\\342\\200\\256')"`,
  ],
])("docker run of %s", (_, one, wanted) => {
  expect(run(one)).toBe(wanted);
});

test("what no flag can say is named", () => {
  const { left } = asRun(
    definitionOf({ host: { DeviceRequests: [{ Count: -1 }], BlkioDeviceReadBps: [{}], SecurityOpt: ["seccomp={}"], NewThing: 1 } }),
  );
  expect(left).toEqual(["BlkioDeviceReadBps", "DeviceRequests", "NewThing", "SecurityOpt (the text of a seccomp profile)"]);
});

const rich: Case = {
  config: { Env: ['A=100% $x "q"'], Cmd: ["-c", "a\nb"], Labels: { "cooper.unit": "web", "cooper.mode": "prod", "cooper.plan": "1" } },
  host: {
    RestartPolicy: { Name: "unless-stopped" },
    Binds: ["/a b:/c:ro,Z", "data:/d"],
    PortBindings: { "80/tcp": [{ HostIp: "::1", HostPort: "8080" }] },
    Memory: 1000,
    Tmpfs: { "/t": "size=2m" },
    Devices: [{ PathOnHost: "/dev/a", PathInContainer: "/dev/b", CgroupPermissions: "r" }],
    AutoRemove: true,
  },
};

test("a Quadlet: systemd's signs stand for themselves", () => {
  expect(asQuadlet(definitionOf(rich)).text.split("\n")).toEqual(
    expect.arrayContaining([
      "Image=docker.io/shop/web:1",
      String.raw`Environment="A=100%% $$x \"q\""`,
      String.raw`Exec=-c "a\U0000000ab"`,
      "Volume=/a b:/c:ro,Z",
      "PublishPort=[::1]:8080:80",
      "AddDevice=/dev/a:/dev/b:r",
      "PodmanArgs=--memory 1000",
      "Restart=always",
      "WantedBy=multi-user.target default.target",
    ]),
  );
});

test("Compose and a stack: a $ stands for itself, and what they cannot say is named", () => {
  const compose = asCompose(definitionOf(rich));
  expect(compose.text).toContain("A: 100% $$x");
  expect(compose.text).toContain("selinux: Z");
  expect(compose.text).not.toContain("cooper.");
  expect(compose.left).toEqual(["--rm"]);
  const stack = asStack(definitionOf(rich));
  expect(stack.text).toContain("condition: any");
  expect(stack.text).toContain("size: 2097152");
  expect(stack.left).toEqual(["--rm", "devices", "ports: ::1", "volumes: Z"]);
});
