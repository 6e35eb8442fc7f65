import type { Reply } from "../../engine/reply.ts";
import type { Facts } from "./facts.ts";
import {
  deviceText,
  joined,
  deviceLimit,
  readLinks,
  readEnvironment,
  readExposed,
  readHostName,
  readLabels,
  readRestart,
  readSecurity,
  readSwap,
  some,
  someMap,
  spaceOf,
  withName,
} from "./read-settings.ts";

/** One setting of a container in the words of each form, and how it is read; null where a container has what it would have anyway. */
export interface Row<T> {
  /** Compose's key; null where Compose has none. */
  readonly key: string | null;
  /** A member of Compose's blkio_config; the key is null then. */
  readonly block?: string;
  /** The flag of docker run. */
  readonly flag: string;
  /** The key of a Quadlet's [Container]; null where the flag stands in PodmanArgs. */
  readonly quadlet?: string;
  /** A Swarm service can have it too. */
  readonly isInStack?: true;
  /** Key of HostConfig that it is read from. */
  readonly host?: string;
  readonly read: (facts: Facts) => T | null;
  /** A value as Compose has it, where the flag has it otherwise. */
  readonly inCompose?: (value: string) => string;
}

export interface TextRow extends Row<string> {
  /** Compose wants a number. */
  readonly isNumber?: true;
  /** The flag's value, where it is written otherwise than in Compose. */
  readonly inFlag?: (value: string) => string;
}

const text = (value: Reply): string | null => value.text() || null;
const number = (value: Reply, ...usual: readonly number[]): string | null => {
  const found = value.number();
  return found === 0 || usual.includes(found) ? null : String(found);
};
const isEndless = (own: Reply): boolean => own.at("StopTimeout").number() < 0;
const config = (key: string) => (facts: Facts) => {
  const own = facts.config.at(key).text();
  return own === facts.image.at(key).text() ? null : own || null;
};
const hostText = (key: string): Pick<TextRow, "host" | "read"> => ({ host: key, read: ({ host }) => text(host.at(key)) });
const hostNumber = (key: string, ...usual: readonly number[]): Pick<TextRow, "host" | "read"> => ({
  host: key,
  read: ({ host }) => number(host.at(key), ...usual),
});

/** Settings with one value. */
export const TEXT_ROWS: readonly TextRow[] = [
  { key: "hostname", flag: "--hostname", quadlet: "HostName", isInStack: true, read: readHostName },
  { key: "domainname", flag: "--domainname", isInStack: true, read: ({ config: own }) => text(own.at("Domainname")) },
  { key: "user", flag: "--user", isInStack: true, read: config("User") },
  { key: "working_dir", flag: "--workdir", quadlet: "WorkingDir", isInStack: true, read: config("WorkingDir") },
  { key: "stop_signal", flag: "--stop-signal", isInStack: true, read: config("StopSignal") },
  {
    key: "stop_grace_period",
    flag: "--stop-timeout",
    isInStack: true,
    inFlag: (value) => value.replace(/s$/u, ""),
    read: ({ config: own }) => (own.at("StopTimeout").isNull() || isEndless(own) ? null : `${own.at("StopTimeout").number()}s`),
  },
  { key: null, flag: "--stop-timeout", read: ({ config: own }) => (isEndless(own) ? "-1" : null) },
  { key: "mac_address", flag: "--mac-address", read: ({ config: own }) => text(own.at("MacAddress")) },
  { key: "restart", flag: "--restart", host: "RestartPolicy", read: ({ host }) => readRestart(host.at("RestartPolicy")) },
  { key: "shm_size", flag: "--shm-size", quadlet: "ShmSize", ...hostNumber("ShmSize", 67_108_864) },
  { key: "mem_limit", flag: "--memory", ...hostNumber("Memory") },
  { key: "memswap_limit", flag: "--memory-swap", host: "MemorySwap", read: ({ host }) => readSwap(host) },
  { key: "mem_reservation", flag: "--memory-reservation", ...hostNumber("MemoryReservation") },
  { key: "mem_swappiness", flag: "--memory-swappiness", isNumber: true, ...hostNumber("MemorySwappiness", -1) },
  {
    key: "cpus",
    flag: "--cpus",
    isNumber: true,
    host: "NanoCpus",
    read: ({ host }) => (host.at("NanoCpus").number() === 0 ? null : String(host.at("NanoCpus").number() / 1e9)),
  },
  { key: "cpu_shares", flag: "--cpu-shares", isNumber: true, ...hostNumber("CpuShares") },
  { key: "cpu_period", flag: "--cpu-period", isNumber: true, ...hostNumber("CpuPeriod") },
  { key: "cpu_quota", flag: "--cpu-quota", isNumber: true, ...hostNumber("CpuQuota") },
  { key: "cpu_rt_period", flag: "--cpu-rt-period", isNumber: true, ...hostNumber("CpuRealtimePeriod") },
  { key: "cpu_rt_runtime", flag: "--cpu-rt-runtime", isNumber: true, ...hostNumber("CpuRealtimeRuntime") },
  { key: "cpuset", flag: "--cpuset-cpus", ...hostText("CpusetCpus") },
  { key: null, flag: "--cpuset-mems", ...hostText("CpusetMems") },
  { key: null, flag: "--kernel-memory", ...hostNumber("KernelMemory") },
  { key: null, block: "weight", flag: "--blkio-weight", ...hostNumber("BlkioWeight") },
  { key: "pids_limit", flag: "--pids-limit", quadlet: "PidsLimit", isNumber: true, ...hostNumber("PidsLimit", -1) },
  { key: "oom_score_adj", flag: "--oom-score-adj", isNumber: true, ...hostNumber("OomScoreAdj") },
  { key: "pid", flag: "--pid", host: "PidMode", read: (facts) => spaceOf(facts, "PidMode") },
  { key: "ipc", flag: "--ipc", host: "IpcMode", read: (facts) => spaceOf(facts, "IpcMode", "private") },
  { key: "uts", flag: "--uts", ...hostText("UTSMode") },
  { key: "userns_mode", flag: "--userns", ...hostText("UsernsMode") },
  {
    key: "cgroup",
    flag: "--cgroupns",
    host: "CgroupnsMode",
    read: ({ host, defaults }) =>
      host.at("CgroupnsMode").text() === defaults.cgroup || host.at("Privileged").flag() ? null : text(host.at("CgroupnsMode")),
  },
  { key: "cgroup_parent", flag: "--cgroup-parent", ...hostText("CgroupParent") },
  {
    key: "runtime",
    flag: "--runtime",
    host: "Runtime",
    read: ({ host, defaults }) => (host.at("Runtime").text() === defaults.runtime ? null : text(host.at("Runtime"))),
  },
  {
    key: "isolation",
    flag: "--isolation",
    host: "Isolation",
    read: ({ host }) => (host.at("Isolation").text() === "default" ? null : text(host.at("Isolation"))),
  },
  { key: null, flag: "--volume-driver", ...hostText("VolumeDriver") },
];

/** Settings that are on or off. */
export const FLAG_ROWS: readonly Row<true>[] = [
  { key: "tty", flag: "--tty", isInStack: true, read: ({ config: own }) => own.at("Tty").flag() || null },
  { key: "stdin_open", flag: "--interactive", isInStack: true, read: ({ config: own }) => own.at("OpenStdin").flag() || null },
  { key: "privileged", flag: "--privileged", host: "Privileged", read: ({ host }) => host.at("Privileged").flag() || null },
  {
    key: "read_only",
    flag: "--read-only",
    quadlet: "ReadOnly",
    isInStack: true,
    host: "ReadonlyRootfs",
    read: ({ host }) => host.at("ReadonlyRootfs").flag() || null,
  },
  { key: "init", flag: "--init", quadlet: "RunInit", isInStack: true, host: "Init", read: ({ host }) => host.at("Init").flag() || null },
  {
    key: "oom_kill_disable",
    flag: "--oom-kill-disable",
    host: "OomKillDisable",
    read: ({ host }) => host.at("OomKillDisable").flag() || null,
  },
  { key: null, flag: "--rm", host: "AutoRemove", read: ({ host }) => host.at("AutoRemove").flag() || null },
  { key: null, flag: "--publish-all", host: "PublishAllPorts", read: ({ host }) => host.at("PublishAllPorts").flag() || null },
];

const BLOCK_LIMITS = [
  ["BlkioWeightDevice", "--blkio-weight-device", "weight_device"],
  ["BlkioDeviceReadBps", "--device-read-bps", "device_read_bps"],
  ["BlkioDeviceWriteBps", "--device-write-bps", "device_write_bps"],
  ["BlkioDeviceReadIOps", "--device-read-iops", "device_read_iops"],
  ["BlkioDeviceWriteIOps", "--device-write-iops", "device_write_iops"],
] as const;

const hostList = (key: string): Pick<Row<readonly string[]>, "host" | "read"> => ({
  host: key,
  read: ({ host }) => some(host.at(key).texts()),
});

/** Settings with a list of values, each a flag of its own. */
export const LIST_ROWS: readonly Row<readonly string[]>[] = [
  { key: "cap_add", flag: "--cap-add", quadlet: "AddCapability", isInStack: true, ...hostList("CapAdd") },
  { key: "cap_drop", flag: "--cap-drop", quadlet: "DropCapability", isInStack: true, ...hostList("CapDrop") },
  { key: "security_opt", flag: "--security-opt", host: "SecurityOpt", read: readSecurity },
  {
    key: "devices",
    flag: "--device",
    quadlet: "AddDevice",
    host: "Devices",
    read: ({ host }) => some(host.at("Devices").list().map(deviceText)),
  },
  { key: "device_cgroup_rules", flag: "--device-cgroup-rule", ...hostList("DeviceCgroupRules") },
  { key: "group_add", flag: "--group-add", ...hostList("GroupAdd") },
  { key: "dns", flag: "--dns", quadlet: "DNS", isInStack: true, ...hostList("Dns") },
  { key: "dns_search", flag: "--dns-search", quadlet: "DNSSearch", isInStack: true, ...hostList("DnsSearch") },
  { key: "dns_opt", flag: "--dns-option", quadlet: "DNSOption", ...hostList("DnsOptions") },
  { key: "extra_hosts", flag: "--add-host", isInStack: true, ...hostList("ExtraHosts") },
  { key: "tmpfs", flag: "--tmpfs", quadlet: "Tmpfs", host: "Tmpfs", read: ({ host }) => some(joined(host.at("Tmpfs"), ":")) },
  {
    key: "volumes_from",
    flag: "--volumes-from",
    // Without this, Compose takes the name for a service of the same file.
    inCompose: (value) => `container:${value}`,
    host: "VolumesFrom",
    read: ({ host, names }) =>
      some(
        host
          .at("VolumesFrom")
          .texts()
          .map((one) => withName(one, names)),
      ),
  },
  { key: "external_links", flag: "--link", host: "Links", read: readLinks },
  ...BLOCK_LIMITS.map(([host, flag, block]): Row<readonly string[]> => ({
    key: null,
    block,
    flag,
    host,
    read: (facts) => some(facts.host.at(host).list().map(deviceLimit)),
  })),
  { key: "expose", flag: "--expose", isInStack: true, read: readExposed },
];

/** Settings with named values. */
export const MAP_ROWS: readonly Row<Readonly<Record<string, string | null>>>[] = [
  { key: "environment", flag: "--env", quadlet: "Environment", isInStack: true, read: readEnvironment },
  { key: "labels", flag: "--label", quadlet: "Label", isInStack: true, read: readLabels },
  {
    key: "sysctls",
    flag: "--sysctl",
    quadlet: "Sysctl",
    isInStack: true,
    host: "Sysctls",
    read: ({ host }) => someMap(host.at("Sysctls").textMap()),
  },
  { key: "storage_opt", flag: "--storage-opt", host: "StorageOpt", read: ({ host }) => someMap(host.at("StorageOpt").textMap()) },
  { key: "annotations", flag: "--annotation", host: "Annotations", read: ({ host }) => someMap(host.at("Annotations").textMap()) },
];
