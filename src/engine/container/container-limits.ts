import type { HostConfig } from "@docker/node-sdk";

/** How much of the machine a container may use. */
export interface LimitSpec {
  readonly memoryBytes?: number | undefined;
  readonly cpus?: number | undefined;
  readonly pids?: number | undefined;
  readonly sharedMemoryBytes?: number | undefined;
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>> | undefined;
  /** Memory that is left to it when the machine has little. */
  readonly memoryReservationBytes?: number | undefined;
  /** Memory and swap together; -1 is without end. */
  readonly swapBytes?: number | undefined;
  readonly swappiness?: number | undefined;
  readonly oomScore?: number | undefined;
  readonly isKeptWithoutMemory?: boolean | undefined;
  /** "0-2,4". */
  readonly cpuSet?: string | undefined;
  readonly cpuShares?: number | undefined;
  /** In microseconds. */
  readonly cpuPeriod?: number | undefined;
  readonly cpuQuota?: number | undefined;
  readonly blocks?: BlockLimitSpec | undefined;
}

/** How much a container may read and write of block devices. */
export interface BlockLimitSpec {
  readonly weight?: number | undefined;
  readonly weight_device?: readonly { readonly path: string; readonly weight: number }[] | undefined;
  readonly device_read_bps?: readonly BlockRate[] | undefined;
  readonly device_write_bps?: readonly BlockRate[] | undefined;
  readonly device_read_iops?: readonly BlockRate[] | undefined;
  readonly device_write_iops?: readonly BlockRate[] | undefined;
}

interface BlockRate {
  readonly path: string;
  readonly rate: number;
}

/** What a container gets of its engine's machine. */
export interface HostSpec {
  /** "no", "always", "unless-stopped", "on-failure", "on-failure:3". */
  readonly restart?: string | undefined;
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> } | undefined;
  /** "/dev/a", "/dev/a:/dev/b", "/dev/a:/dev/b:rw". */
  readonly devices?: readonly string[] | undefined;
  readonly sysctls?: Readonly<Record<string, string>> | undefined;
  readonly dns?: readonly string[] | undefined;
  readonly dnsSearch?: readonly string[] | undefined;
  /** Name to address. */
  readonly extraHosts?: Readonly<Record<string, string>> | undefined;
  readonly groupAdd?: readonly string[] | undefined;
  readonly ipcMode?: string | undefined;
  readonly userNamespaceMode?: string | undefined;
  readonly dnsOptions?: readonly string[] | undefined;
  /** "c 1:3 rw". */
  readonly deviceRules?: readonly string[] | undefined;
  readonly hostNameMode?: string | undefined;
  readonly cgroupMode?: string | undefined;
  readonly cgroupParent?: string | undefined;
  readonly runtime?: string | undefined;
  /** "NAME", "NAME:ro". */
  readonly volumesFrom?: readonly string[] | undefined;
}

type HostMembers = Readonly<Partial<Record<keyof HostConfig, unknown>>>;

/** What the engine is told of the limits. */
export function limits(spec: LimitSpec): HostMembers {
  return {
    Memory: spec.memoryBytes,
    NanoCpus: spec.cpus === undefined ? undefined : Math.round(spec.cpus * 1e9),
    PidsLimit: spec.pids,
    ShmSize: spec.sharedMemoryBytes,
    Ulimits: spec.ulimits && Object.entries(spec.ulimits).map(([name, { soft, hard }]) => ({ Name: name, Soft: soft, Hard: hard })),
    MemoryReservation: spec.memoryReservationBytes,
    MemorySwap: spec.swapBytes,
    MemorySwappiness: spec.swappiness,
    OomScoreAdj: spec.oomScore,
    OomKillDisable: spec.isKeptWithoutMemory,
    CpusetCpus: spec.cpuSet,
    CpuShares: spec.cpuShares,
    CpuPeriod: spec.cpuPeriod,
    CpuQuota: spec.cpuQuota,
    ...blockLimits(spec.blocks ?? {}),
  };
}

function blockLimits(spec: BlockLimitSpec): HostMembers {
  const rates = (list: readonly BlockRate[] | undefined): unknown => list?.map(({ path, rate }) => ({ Path: path, Rate: rate }));
  return {
    BlkioWeight: spec.weight,
    BlkioWeightDevice: spec.weight_device?.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    BlkioDeviceReadBps: rates(spec.device_read_bps),
    BlkioDeviceWriteBps: rates(spec.device_write_bps),
    BlkioDeviceReadIOps: rates(spec.device_read_iops),
    BlkioDeviceWriteIOps: rates(spec.device_write_iops),
  };
}

/** What the engine is told of what the container gets of the machine. */
export function ofTheMachine(spec: HostSpec): HostMembers {
  const [restart, retries] = (spec.restart ?? "").split(":");
  const { logging, extraHosts } = spec;
  return {
    RestartPolicy: spec.restart === undefined ? undefined : { Name: restart, MaximumRetryCount: Number(retries ?? 0) },
    LogConfig: logging && { Type: logging.driver, Config: logging.options },
    Devices: spec.devices?.map(deviceBody),
    Sysctls: spec.sysctls,
    Dns: spec.dns,
    DnsSearch: spec.dnsSearch,
    ExtraHosts: extraHosts && Object.entries(extraHosts).map(([name, address]) => `${name}:${address}`),
    GroupAdd: spec.groupAdd,
    IpcMode: spec.ipcMode,
    UsernsMode: spec.userNamespaceMode,
    DnsOptions: spec.dnsOptions,
    DeviceCgroupRules: spec.deviceRules,
    UTSMode: spec.hostNameMode,
    CgroupnsMode: spec.cgroupMode,
    CgroupParent: spec.cgroupParent,
    Runtime: spec.runtime,
    VolumesFrom: spec.volumesFrom,
  };
}

function deviceBody(text: string): unknown {
  const [host = "", second = "", third] = text.split(":");
  const inside = second.startsWith("/") ? second : host;
  return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: third ?? (second === "" || second === inside ? "rwm" : second) };
}
