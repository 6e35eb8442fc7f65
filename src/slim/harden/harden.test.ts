import { expect, test } from "vitest";
import type { Trace } from "../../trace/protocol.ts";
import { imageOf } from "../test-image.ts";
import { seccompProfile } from "./seccomp-profile.ts";
import { writableFolders } from "./writable-folders.ts";

const touched: Trace["touched"] = {
  "/run/web.pid": ["written"],
  "/var/run/other/x": ["changed"],
  "/var/log/web.log": ["written"],
  "/data/x": ["written"],
  "/tmp/a/b": ["written"],
  "/etc/web/state": ["written"],
  "/etc/passwd": ["opened"],
  "/dev/null": ["written"],
};

test("writableFolders tells folders that may be in memory from those with files of the image", async () => {
  const image = await imageOf({
    "/run/a/x": "gone",
    "/tmp/y": "gone",
    "/etc/web/conf": "1",
    "/etc/passwd": "1",
    "/data/y": "1",
    "/var/log/web.log": "-> /dev/stdout",
    "/var/run": "-> /run",
    "/dev/zero": "",
  });
  const isKept = (path: string): boolean => path.startsWith("/etc");
  const trace: Trace = { version: 1, touched, lost: 0, mode: "transparent" };
  expect(writableFolders(image, { trace, volumes: ["/data"], isKept })).toEqual({ empty: ["/run", "/tmp"], filled: ["/etc/web"] });
});

test("a seccomp profile allows the calls that were seen and those that start a container, and lets libraries fall back", () => {
  const profile: unknown = JSON.parse(seccompProfile(["sendfile", "clone3"]));
  expect(profile).toMatchObject({
    defaultAction: "SCMP_ACT_ERRNO",
    syscalls: [
      { action: "SCMP_ACT_ALLOW", names: expect.arrayContaining(["sendfile", "clone3", "fstatfs", "execve"]) },
      { action: "SCMP_ACT_ERRNO", errnoRet: 38, names: expect.not.arrayContaining(["clone3"]) },
    ],
  });
});
