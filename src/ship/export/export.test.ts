import { expect, test } from "vitest";
import { asRun } from "./as-run.ts";
import { type Case, definitionOf, ID, OTHER } from "./test-definition.ts";

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
    "what an engine of its own kind has",
    {
      config: { StopTimeout: -1 },
      host: {
        IpcMode: "shareable",
        KernelMemory: 5,
        BlkioDeviceReadBps: [{ Path: "/dev/a", Rate: 9 }],
        BlkioWeightDevice: [{ Path: "/dev/a", Weight: 7 }],
        StorageOpt: { size: "1G" },
      },
    },
    `${PLAIN} --stop-timeout -1 --kernel-memory 5 --ipc shareable --blkio-weight-device /dev/a:7 --device-read-bps /dev/a:9 --storage-opt size=1G shop/web:1`,
  ],
  [
    "devices that a driver gives",
    {
      host: {
        DeviceRequests: [
          { Count: -1, Capabilities: [["gpu"]] },
          { Driver: "nvidia", DeviceIDs: ["0", "1"], Capabilities: [["compute", "gpu"]], Options: { a: "b" } },
          { Driver: "cdi", DeviceIDs: ["vendor.com/gpu=all"] },
        ],
      },
    },
    `${PLAIN} --gpus all --gpus '"device=0,1",driver=nvidia,capabilities=compute,options=a=b' --device vendor.com/gpu=all shop/web:1`,
  ],
  [
    "links in a network of its own",
    { host: { NetworkMode: "back" }, networks: { back: { NetworkID: OTHER, Links: ["db:store"] } } },
    `${PLAIN} --link db:store --network back shop/web:1`,
  ],
  [
    "a mount with further words",
    {
      host: {
        Mounts: [
          {
            Type: "volume",
            Target: "/v",
            VolumeOptions: { Labels: { a: "b" }, DriverConfig: { Name: "local", Options: { o: "addr=1,ro" } } },
          },
        ],
      },
    },
    `${PLAIN} --mount 'type=volume,target=/v,volume-driver=local,"volume-opt=o=addr=1,ro",volume-label=a=b' shop/web:1`,
  ],
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
    definitionOf({
      host: {
        DeviceRequests: [{ Count: -1 }],
        CpuCount: 2,
        Mounts: [{ Type: "bind", Source: "/a", Target: "/b", BindOptions: { ReadOnlyForceRecursive: true } }],
        SecurityOpt: ["seccomp={}"],
        NewThing: 1,
      },
      networks: { back: { DriverOpts: { a: "b" } } },
    }),
  );
  expect(left).toEqual([
    "BindOptions.ReadOnlyForceRecursive",
    "CpuCount",
    "DeviceRequests",
    "DriverOpts of the network back",
    "NewThing",
    "SecurityOpt (the text of a seccomp profile)",
  ]);
});
