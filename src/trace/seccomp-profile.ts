/** Calls that no traced program, health check or `docker exec` may make while the container has the sensor's capabilities: ways out of it. */
const FORBIDDEN = [
  "acct",
  "add_key",
  "bpf",
  "clock_adjtime",
  "clock_settime",
  "create_module",
  "delete_module",
  "finit_module",
  "fsconfig",
  "fsmount",
  "fsopen",
  "fspick",
  "init_module",
  "ioperm",
  "iopl",
  "kcmp",
  "kexec_file_load",
  "kexec_load",
  "keyctl",
  "lookup_dcookie",
  "mount",
  "mount_setattr",
  "move_mount",
  "move_pages",
  "nfsservctl",
  "open_by_handle_at",
  "open_tree",
  "perf_event_open",
  "pivot_root",
  "quotactl",
  "reboot",
  "request_key",
  "setns",
  "settimeofday",
  "stime",
  "swapoff",
  "swapon",
  "syslog",
  "umount",
  "umount2",
  "unshare",
  "uselib",
  "userfaultfd",
  "vm86",
  "vm86old",
];

/** New mount, cgroup, UTS, IPC, user, pid and network namespaces. */
const NAMESPACE_FLAGS = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000];
const EPERM = 1;
const ENOSYS = 38;

/** The seccomp profile of a container that runs the sensor in transparent mode, as `docker run --security-opt seccomp=` takes it. */
export function seccompProfile(): string {
  const refuse = { action: "SCMP_ACT_ERRNO", errnoRet: EPERM };
  const namespaces = NAMESPACE_FLAGS.map((flag) => ({
    ...refuse,
    names: ["clone"],
    args: [{ index: 0, value: flag, valueTwo: flag, op: "SCMP_CMP_MASKED_EQ" }],
  }));
  // clone3 has its flags in memory, where a filter cannot look: libraries fall back to clone.
  const clone3 = { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS };
  return JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ ...refuse, names: FORBIDDEN }, ...namespaces, clone3] });
}
