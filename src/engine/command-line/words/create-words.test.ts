import { expect, test } from "vitest";
import { Reply } from "../../reply.ts";
import { createWords } from "./create-words.ts";

const CASES: readonly (readonly [string, unknown, readonly string[], readonly string[]])[] = [
  ["an image alone", {}, [], ["web:1"]],
  ["a command", { Cmd: ["sh", "-c", "a b"] }, [], ["web:1", "sh", "-c", "a b"]],
  ["an entrypoint of several words", { Entrypoint: ["/x", "serve"], Cmd: [] }, ["--entrypoint", "/x"], ["web:1", "serve"]],
  [
    "what a container is",
    { Env: ["A=1", "B=x y"], User: "0:0", WorkingDir: "/", Hostname: "box", Labels: { a: "b=c", empty: "" }, StopSignal: "SIGINT" },
    [
      "--hostname",
      "box",
      "--user",
      "0:0",
      "--env",
      "A=1",
      "--env",
      "B=x y",
      "--workdir",
      "/",
      "--label",
      "a=b=c",
      "--label",
      "empty=",
      "--stop-signal",
      "SIGINT",
    ],
    ["web:1"],
  ],
  [
    "files of other places",
    {
      HostConfig: {
        Binds: ["/a:/b:ro", "/anonymous"],
        Mounts: [
          { Type: "bind", Source: "/s", Target: "/t", ReadOnly: true, BindOptions: { Propagation: "rslave" } },
          { Type: "tmpfs", Target: "/m", TmpfsOptions: { SizeBytes: 1024, Mode: 0o1777 } },
        ],
        Tmpfs: { "/run": "size=1m", "/tmp": "" },
      },
    },
    [
      "--volume",
      "/a:/b:ro",
      "--volume",
      "/anonymous",
      "--mount",
      "type=bind,source=/s,target=/t,readonly,bind-propagation=rslave",
      "--mount",
      "type=tmpfs,target=/m,tmpfs-size=1024,tmpfs-mode=1777",
      "--tmpfs",
      "/run:size=1m",
      "--tmpfs",
      "/tmp",
    ],
    ["web:1"],
  ],
  [
    "limits and rights",
    {
      HostConfig: {
        NetworkMode: "none",
        Init: true,
        ReadonlyRootfs: true,
        AutoRemove: true,
        CapAdd: ["CHOWN"],
        CapDrop: ["ALL"],
        PidMode: "container:ab",
        Memory: 1024,
        NanoCpus: 500_000_000,
        RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
      },
    },
    [
      "--network",
      "none",
      "--init",
      "--read-only",
      "--rm",
      "--cap-add",
      "CHOWN",
      "--cap-drop",
      "ALL",
      "--pid",
      "container:ab",
      "--memory",
      "1024",
      "--cpus",
      "0.5",
      "--restart",
      "on-failure:3",
    ],
    ["web:1"],
  ],
  [
    "ports",
    {
      HostConfig: {
        PortBindings: {
          "80/tcp": [
            { HostIp: "127.0.0.1", HostPort: "8080" },
            { HostIp: "::1", HostPort: "" },
          ],
          "53/udp": [{ HostIp: "", HostPort: "" }],
        },
      },
    },
    ["--publish", "127.0.0.1:8080:80/tcp", "--publish", "[::1]::80/tcp", "--publish", "53/udp"],
    ["web:1"],
  ],
];

test.each(CASES)("%s", (_, body, options, command) => {
  expect(createWords(new Reply(body), "web:1")).toEqual({ options, command, refused: [] });
});

test("a key without words is named, one without a value is not", () => {
  const body = {
    Domainname: "a.example",
    MacAddress: "",
    HostConfig: { Links: ["a:b"], BlkioDeviceReadBps: [], OomScoreAdj: 0, Devices: null },
  };
  expect(createWords(new Reply(body), "web:1").refused).toEqual(["Domainname", "HostConfig.Links"]);
});
