import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { parseControlGroups } from "./control-group.ts";
import { parseMountInfo } from "./mount-info.ts";
import { parseIdMap } from "./id-map.ts";
import { parseCommandLine, parseProcessStatus } from "./process-status.ts";
import { parseSocketTable } from "./socket-table.ts";

test("mounts, with the kernel's escapes", () => {
  const [root, data] = parseMountInfo(
    "72 48 0:39 / / rw,relatime master:2 shared:1 - overlay overlay rw,lowerdir=/a\\040b:/c,upperdir=/up\\134,per/diff,workdir=/w\n" +
      "73 72 8:1 /x /data\\040dir rw - ext4 /dev/sda1 rw\n",
  );
  expect(root).toMatchObject({ mountPoint: "/", type: "overlay" });
  expect(root?.superOptions.get("lowerdir")).toBe("/a b:/c");
  expect(root?.superOptions.get("rw")).toBe("");
  expect(data?.mountPoint).toBe("/data dir");
});

test("control groups of both versions", () => {
  expect(parseControlGroups("9:name=systemd:/docker/ab\n4:cpu,cpuacct:/docker/ab\n0::/system.slice/a:b\n")).toEqual([
    { controllers: ["name=systemd"], path: "/docker/ab" },
    { controllers: ["cpu", "cpuacct"], path: "/docker/ab" },
    { controllers: [], path: "/system.slice/a:b" },
  ]);
});

describe("process status", () => {
  test("in a nested pid namespace", () => {
    const text = "Name:\tsh\nState:\tS (sleeping)\nPid:\t900\nPPid:\t800\nUid:\t1000\t1001\t1000\t1000\nNSpid:\t900\t7\n";
    expect(parseProcessStatus(text)).toEqual({ parent: 800, uid: 1001, innerPid: 7, isZombie: false });
  });

  test("of a dead process that was not waited for", () => {
    expect(parseProcessStatus("State:\tZ (zombie)\nPid:\t9\nPPid:\t1\nUid:\t0\t0\t0\t0\n")).toMatchObject({ innerPid: 9, isZombie: true });
  });

  test("something else", () => {
    expect(parseProcessStatus("")).toBeNull();
  });

  test("of this process", () => {
    expect(parseProcessStatus(readFileSync("/proc/self/status", "latin1"))).toMatchObject({ parent: process.ppid, isZombie: false });
  });
});

const commandLines: readonly (readonly [string, readonly string[]])[] = [
  ["nginx\0-g\0daemon off;\0", ["nginx", "-g", "daemon off;"]],
  ["sh\0-c\0\0", ["sh", "-c", ""]],
  ["nginx: master process /usr/sbin/nginx", ["nginx: master process /usr/sbin/nginx"]],
  ["postgres: writer process   \0\0\0\0\0", ["postgres: writer process"]],
  ["", []],
];
test.each(commandLines)("command line %j", (text, argv) => {
  expect(parseCommandLine(Buffer.from(text))).toEqual(argv);
});

const userIds: readonly (readonly [string, number, number])[] = [
  ["         0          0 4294967295\n", 33, 33],
  ["         0     100000      65536\n", 100033, 33],
  ["         0     100000      65536\n", 5, 5],
  ["  0 1000 1\n  1 100000 65536\n", 100000, 1],
  ["", 7, 7],
];
test.each(userIds)("user ids by %j: %i is %i", (map, outer, inner) => {
  expect(parseIdMap(map)(outer)).toBe(inner);
});

describe("socket tables", () => {
  const row = (local: string, remote: string, state: string): string =>
    `  sl  local_address\n   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1 0\n`;
  const rows: readonly (readonly [string, "tcp" | "udp", string, string, string, readonly (readonly [string, number])[]])[] = [
    ["listening everywhere", "tcp", "00000000:0050", "00000000:0000", "0A", [["0.0.0.0", 80]]],
    ["listening at home", "tcp", "0100007F:1F90", "00000000:0000", "0A", [["127.0.0.1", 8080]]],
    ["connected", "tcp", "0100007F:1F90", "0100007F:9999", "01", []],
    ["version 6", "tcp", "00000000000000000000000000000000:0050", "00000000000000000000000000000000:0000", "0A", [["::", 80]]],
    ["version 6 at home", "tcp", "00000000000000000000000001000000:0050", "00000000000000000000000000000000:0000", "0A", [["::1", 80]]],
    ["version 4 in 6", "tcp", "0000000000000000FFFF00000100007F:0050", "00000000000000000000000000000000:0000", "0A", [["127.0.0.1", 80]]],
    [
      "a full address",
      "tcp",
      "B80D0120000000000000000001000000:0050",
      "00000000000000000000000000000000:0000",
      "0A",
      [["2001:db8::1", 80]],
    ],
    ["udp", "udp", "00000000:0035", "00000000:0000", "07", [["0.0.0.0", 53]]],
    ["udp with a partner", "udp", "00000000:0035", "0100007F:0035", "01", []],
  ];
  // oxlint-disable-next-line max-params -- one row of the table
  test.each(rows)("%s", (_name, protocol, local, remote, state, expected) => {
    const parsed = parseSocketTable(row(local, remote, state), protocol);
    expect(parsed).toEqual(expected.map(([address, port]) => ({ protocol, address, port, inode: "4711" })));
  });

  test("the kernel's own table has this process's port", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const ports = parseSocketTable(readFileSync("/proc/self/net/tcp", "latin1"), "tcp").map((socket) => socket.port);
    server.close();
    expect(ports).toContain(port);
  });
});
