import { expect, test } from "vitest";
import { asCompose } from "./as-compose.ts";
import { asQuadlet } from "./as-quadlet.ts";
import { readYaml } from "../../format/yaml/read-yaml.ts";
import { parseLegacy } from "../settings/legacy/legacy-file.ts";
import { toCompose } from "../settings/legacy/to-compose.ts";
import { asSettings } from "./as-settings.ts";
import { asStack } from "./as-stack.ts";
import { type Case, definitionOf, ID, OTHER } from "./test-definition.ts";

const NET = { NetworkID: OTHER, Aliases: [ID.slice(0, 12), "shop"], IPAMConfig: { IPv4Address: "10.0.0.9" } };

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

test("Compose: what is no service of the file is named as a container, and what cooper itself refuses is told", () => {
  const { text, left, beyond } = asCompose(
    definitionOf({
      config: { Labels: { a: "\u001b[2Jb\u202e", b: "c\rd" } },
      host: {
        VolumesFrom: [`${OTHER}:ro`],
        Links: ["/db:/web/store"],
        BlkioWeight: 300,
        BlkioDeviceWriteIOps: [{ Path: "/dev/a", Rate: 9 }],
        DeviceRequests: [{ Count: 2, Capabilities: [["gpu"]] }],
      },
    }),
  );
  for (const line of [
    "- container:db:ro",
    "- db:store",
    "weight: 300",
    "- path: /dev/a",
    "count: 2",
    String.raw`a: "\e[2Jb\u202e"`,
    String.raw`b: "c\rd"`,
  ]) {
    expect(text).toContain(line);
  }
  expect({ left, beyond }).toEqual({ left: [], beyond: ["external_links", "deploy"] });
});

test("a Quadlet: what its generator would misread stands in PodmanArgs, and what Podman does not have is named", () => {
  const { text, left } = asQuadlet(
    definitionOf({
      config: { Cmd: ["a", "", "b"], WorkingDir: "/x ", StopTimeout: 120, Domainname: "d" },
      host: {
        NetworkMode: "back",
        Binds: ["/a\\:/b"],
        Mounts: [{ Type: "volume", Target: "/v" }],
        ReadonlyRootfs: true,
        SecurityOpt: ["systempaths=unconfined"],
        ExtraHosts: ["a:1.2.3.4", "h:host-gateway"],
        LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "3" } },
        RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
        Runtime: "other",
      },
      networks: { back: NET },
    }),
  );
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      'PodmanArgs=--workdir "/x "',
      String.raw`PodmanArgs=--volume "/a\\:/b"`,
      "Volume=/v",
      "ReadOnly=true",
      "PodmanArgs=--read-only-tmpfs=false",
      "PodmanArgs=--security-opt unmask=ALL",
      "PodmanArgs=--add-host a:1.2.3.4",
      "PodmanArgs=--log-opt max-size=1m",
      "Network=back:ip=10.0.0.9,alias=shop",
      "Exec=a ${EMPTY} b",
      "Environment=EMPTY=",
      "Restart=on-failure",
      "TimeoutStopSec=150",
    ]),
  );
  expect(left).toEqual(["--domainname", "--runtime", "restart: the count of on-failure:3", "h:host-gateway", "logging: max-file"]);
});

function serviceOf(settings: string): unknown {
  const { services } = Object(readYaml(toCompose(parseLegacy(settings, "settings.yaml", "web"), "web").text, "made").value);
  return Object(services)["web"];
}

test("a settings.yaml: all log options, a value that would be fetched, a port of a range", () => {
  const definition = definitionOf({
    config: { Env: ["A=*", "B=f:x"] },
    host: {
      LogConfig: { Type: "local", Config: { "max-size": "1m", "max-file": "2" } },
      PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "9000-9002" }], "81/tcp": [{ HostIp: "", HostPort: "81" }] },
    },
  });
  const { text, left } = asSettings(definition);
  expect(left).toEqual(["ports: 9000-9002:80"]);
  expect(serviceOf(text)).toMatchObject({
    environment: { A: "*", B: "f:x" },
    logging: { driver: "local", options: { "max-size": "1m", "max-file": "2" } },
  });
  expect(asCompose(definition).beyond).toEqual(["ports: 9000-9002:80"]);
  expect(asStack(definition)).toMatchObject({ left: ["ports: 9000-9002:80"], text: expect.not.stringContaining("NaN") });
});
