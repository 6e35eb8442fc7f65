import { createHash } from "node:crypto";
import { CooperError, messageOf } from "../../base/errors.ts";
import type { HostSpec, LimitSpec } from "../../engine/container/container-limits.ts";
import type { ContainerSpec, HealthCheckSpec, HostPort, MountSpec } from "../../engine/container/container-spec.ts";
import type { Mount } from "../../format/compose/mount.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import type { Plan, PlannedContainer } from "../plan/model.ts";

/** The label by which a container is known to be just as planned. */
export const PLAN_LABEL = "cooper.plan";

/** What the planned container is to the engine; `mounts` are those that preparing the machine gave besides. Throws `seccomp-profile-unread`. */
export async function containerOfPlan(plan: Plan, image: string, mounts: readonly Mount[]): Promise<ContainerSpec> {
  const { container } = plan;
  const [first] = container.networks;
  return {
    image,
    cmd: container.command,
    entrypoint: container.entrypoint,
    env: Object.entries(container.environment).map(([name, value]) => `${name}=${value}`),
    user: container.user,
    workdir: container.working_dir,
    hostName: container.hostname,
    domainName: container.domainname,
    labels: { ...texts(container.labels), [PLAN_LABEL]: fingerprint(plan) },
    network: first?.name,
    networkAliases: first === undefined || first.aliases.length === 0 ? undefined : first.aliases,
    networkAddress: first?.address ?? undefined,
    publish: portsOf(container),
    expose: container.expose,
    mounts: [...container.mounts, ...mounts].map(mountSpec),
    tmpfs: container.tmpfs && Object.fromEntries(container.tmpfs.map(splitOptions)),
    tty: container.tty,
    openStdin: container.stdin_open,
    init: container.init,
    readOnlyRoot: container.read_only,
    capAdd: container.cap_add,
    capDrop: container.cap_drop,
    securityOptions: await securityOptions(container),
    pidMode: container.pid,
    stopSignal: container.stop_signal,
    stopTimeoutSeconds: container.stop_grace_period === undefined ? undefined : Math.ceil(container.stop_grace_period / 1000),
    noHealthCheck: container.healthcheck?.disable,
    healthCheck: healthOf(container),
    limits: limitsOf(container),
    host: hostOf(container),
  };
}

/** What tells two plans apart: the image and all that the engine is asked for. */
export function fingerprint({ image, container }: Plan): string {
  return createHash("sha256")
    .update(JSON.stringify([image.id, container]))
    .digest("hex");
}

function portsOf({ ports }: PlannedContainer): Readonly<Record<string, readonly HostPort[]>> {
  const places: Record<string, HostPort[]> = {};
  for (const { target, protocol, host_ip: address, published } of ports) {
    (places[`${target}/${protocol}`] ??= []).push({ hostIp: address ?? "", hostPort: published });
  }
  return places;
}

function mountSpec(mount: Mount): MountSpec {
  return {
    type: mount.type,
    source: mount.source,
    target: mount.target,
    readOnly: mount.read_only,
    propagation: mount.propagation,
    noCopy: mount.nocopy,
    tmpfsBytes: mount.size,
    tmpfsMode: mount.mode === null ? null : Number.parseInt(mount.mode, 8),
  };
}

function healthOf({ healthcheck: check }: PlannedContainer): HealthCheckSpec | undefined {
  return (
    check && {
      ...(check.test === undefined ? {} : { test: check.test }),
      intervalMs: check.interval,
      timeoutMs: check.timeout,
      startPeriodMs: check.start_period,
      retries: check.retries,
    }
  );
}

function limitsOf(container: PlannedContainer): LimitSpec {
  return {
    memoryBytes: container.mem_limit,
    cpus: container.cpus,
    pids: container.pids_limit,
    sharedMemoryBytes: container.shm_size,
    ulimits: container.ulimits,
    memoryReservationBytes: container.mem_reservation,
    swapBytes: container.memswap_limit,
    swappiness: container.mem_swappiness,
    oomScore: container.oom_score_adj,
    isKeptWithoutMemory: container.oom_kill_disable,
    cpuSet: container.cpuset,
    cpuShares: container.cpu_shares,
    cpuPeriod: container.cpu_period,
    cpuQuota: container.cpu_quota,
    blocks: container.blkio_config,
  };
}

function hostOf(container: PlannedContainer): HostSpec {
  const { logging, sysctls } = container;
  return {
    restart: container.restart,
    logging: logging && { driver: logging.driver ?? "", options: texts(logging.options) },
    devices: container.devices,
    sysctls: sysctls && texts(sysctls),
    dns: container.dns,
    dnsSearch: container.dns_search,
    extraHosts: container.extra_hosts,
    groupAdd: container.group_add,
    ipcMode: container.ipc,
    userNamespaceMode: container.userns_mode,
    dnsOptions: container.dns_opt,
    deviceRules: container.device_cgroup_rules,
    hostNameMode: container.uts,
    cgroupMode: container.cgroup,
    cgroupParent: container.cgroup_parent,
    runtime: container.runtime,
    volumesFrom: container.volumes_from,
  };
}

/** The engine wants the text of a profile, not its place. */
async function securityOptions({ security_opt: options }: PlannedContainer): Promise<readonly string[] | undefined> {
  return options && Promise.all(options.map(async (option) => (isProfile(option) ? `seccomp=${await readProfile(option)}` : option)));
}

function isProfile(option: string): boolean {
  return /^seccomp[=:]/u.test(option) && !/^seccomp[=:](unconfined|builtin|\{.*)$/su.test(option);
}

async function readProfile(option: string): Promise<string> {
  const file = option.slice("seccomp=".length);
  try {
    return JSON.stringify(JSON.parse((await readTextIfThere(file)) ?? "the file is not there"));
  } catch (cause) {
    throw new CooperError("seccomp-profile-unread", `The seccomp profile cannot be read: ${messageOf(cause)}`, {
      hint: "security_opt names a JSON file beside the settings.",
      where: { file },
      cause,
    });
  }
}

function texts(map: Readonly<Record<string, string | null>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([name, value]) => [name, value ?? ""]));
}

function splitOptions(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}
