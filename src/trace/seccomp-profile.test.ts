import { expect, test } from "vitest";
import { ALLOWED_CALLS } from "./allowed-calls.ts";
import { seccompProfile } from "./seccomp-profile.ts";

const WAYS_OUT = [
  "mount",
  "umount2",
  "move_mount",
  "open_tree",
  "fsopen",
  "setns",
  "unshare",
  "pivot_root",
  "open_by_handle_at",
  "bpf",
  "clone",
];

test("allows what programs need", () => {
  expect(ALLOWED_CALLS).toEqual(
    expect.arrayContaining(["read", "readv", "write", "writev", "openat", "execve", "ptrace", "seccomp", "wait4"]),
  );
  expect(ALLOWED_CALLS.every((name) => /^[a-z0-9_]+$/.test(name))).toBe(true);
  expect(new Set(ALLOWED_CALLS).size).toBe(ALLOWED_CALLS.length);
});

test.each(WAYS_OUT)("does not allow %s without looking at it", (name) => {
  expect(ALLOWED_CALLS).not.toContain(name);
});

test("refuses what it does not name", () => {
  expect(JSON.parse(seccompProfile())).toMatchObject({ defaultAction: "SCMP_ACT_ERRNO" });
});
