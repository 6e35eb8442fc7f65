import { ALLOWED_CALLS } from "./allowed-calls.ts";

/** New mount, cgroup, UTS, IPC, user, pid and network namespaces. */
const NAMESPACES = 0x7e020000;
/** Linux, with or without its short names and its addresses at random; and the question which one it is. */
const PERSONALITIES = [0, 0x8, 0x20000, 0x20008, 0xffffffff];
const VIRTUAL_SOCKETS = 40;
const EPERM = 1;
const ENOSYS = 38;
const ALLOW = "SCMP_ACT_ALLOW";

/**
 * The seccomp profile of a container that has the sensor's capabilities, as `docker run --security-opt seccomp=` takes it. What has those
 * capabilities besides the sensor (a health check, a `docker exec`) finds no way out of the container through them: no mount, no other
 * namespace, nothing of the machine's. `more` is for a container in which nobody else's programs run.
 */
export function seccompProfile(more: readonly string[] = []): string {
  return JSON.stringify({
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: EPERM,
    archMap: [
      { architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
      { architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"] },
    ],
    syscalls: [
      { names: [...ALLOWED_CALLS, ...more], action: ALLOW },
      { names: ["clone"], action: ALLOW, args: [{ index: 0, value: NAMESPACES, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" }] },
      { names: ["socket"], action: ALLOW, args: [{ index: 0, value: VIRTUAL_SOCKETS, op: "SCMP_CMP_NE" }] },
      ...PERSONALITIES.map((value) => ({ names: ["personality"], action: ALLOW, args: [{ index: 0, value, op: "SCMP_CMP_EQ" }] })),
      // clone3 has its flags in memory, where a filter cannot look: libraries fall back to clone.
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
    ],
  });
}
