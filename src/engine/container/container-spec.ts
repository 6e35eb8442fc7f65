import type { ContainerCreateRequest, HostConfig } from "@docker/node-sdk";
import { type HostSpec, type LimitSpec, limits, ofTheMachine } from "./container-limits.ts";

/** What to make a container of. Only `image` is needed; the rest is the image's own where absent. */
export interface ContainerSpec {
  readonly image: string;
  readonly name?: string | undefined;
  readonly cmd?: readonly string[] | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  /** "NAME=value". */
  readonly env?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  readonly hostName?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly domainName?: string | undefined;
  /** Name or id of a network, "none", "host", "container:<id>". */
  readonly network?: string | undefined;
  readonly networkAliases?: readonly string[] | undefined;
  /** Its own address on the network. */
  readonly networkAddress?: string | undefined;
  /** Container port to host addresses and ports: `{"80/tcp": [{hostIp: "127.0.0.1", hostPort: null}]}`; null lets the engine choose. */
  readonly publish?: Readonly<Record<string, readonly HostPort[]>> | undefined;
  readonly publishAll?: boolean | undefined;
  /** Ports that are named and not published: "80/tcp". */
  readonly expose?: readonly string[] | undefined;
  /** As `docker run -v`. */
  readonly binds?: readonly string[] | undefined;
  /** As `docker run --mount`. */
  readonly mounts?: readonly MountSpec[] | undefined;
  /** Path to options. */
  readonly tmpfs?: Readonly<Record<string, string>> | undefined;
  readonly tty?: boolean | undefined;
  readonly openStdin?: boolean | undefined;
  /** Standard input ends when the first client that is attached goes. */
  readonly stdinOnce?: boolean | undefined;
  readonly init?: boolean | undefined;
  readonly readOnlyRoot?: boolean | undefined;
  readonly autoRemove?: boolean | undefined;
  readonly capAdd?: readonly string[] | undefined;
  readonly capDrop?: readonly string[] | undefined;
  readonly securityOptions?: readonly string[] | undefined;
  readonly pidMode?: string | undefined;
  readonly stopSignal?: string | undefined;
  /** True: the image's health check does not run. */
  readonly noHealthCheck?: boolean | undefined;
  readonly healthCheck?: HealthCheckSpec | undefined;
  readonly stopTimeoutSeconds?: number | undefined;
  readonly limits?: LimitSpec | undefined;
  readonly host?: HostSpec | undefined;
}

export interface HostPort {
  readonly hostIp: string;
  readonly hostPort: number | null;
}

export interface MountSpec {
  readonly type: "bind" | "volume" | "tmpfs";
  /** Null for an anonymous volume, and for memory. */
  readonly source: string | null;
  readonly target: string;
  readonly readOnly: boolean;
  readonly propagation: string | null;
  readonly noCopy: boolean;
  readonly tmpfsBytes: number | null;
  /** 0o1777. */
  readonly tmpfsMode: number | null;
}

/** What is absent is the image's. */
export interface HealthCheckSpec {
  /** `["CMD", …]`, `["CMD-SHELL", text]`. */
  readonly test?: readonly string[] | undefined;
  readonly intervalMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly startPeriodMs?: number | undefined;
  readonly retries?: number | undefined;
}

/** The body of the engine's create request; absent members are left to the engine and the image. */
export function createBody(spec: ContainerSpec): unknown {
  return withoutAbsent<keyof ContainerCreateRequest>({
    Image: spec.image,
    Cmd: spec.cmd,
    Entrypoint: spec.entrypoint,
    Env: spec.env,
    User: spec.user,
    WorkingDir: spec.workdir,
    Hostname: spec.hostName,
    Domainname: spec.domainName,
    Labels: spec.labels,
    Tty: spec.tty,
    OpenStdin: spec.openStdin,
    StdinOnce: spec.stdinOnce,
    AttachStdin: spec.stdinOnce,
    StopSignal: spec.stopSignal,
    StopTimeout: spec.stopTimeoutSeconds,
    Healthcheck: spec.noHealthCheck === true ? { Test: ["NONE"] } : spec.healthCheck && healthCheck(spec.healthCheck),
    ExposedPorts: exposedPorts(spec),
    HostConfig: hostConfig(spec),
    NetworkingConfig: networking(spec),
  });
}

function hostConfig(spec: ContainerSpec): unknown {
  return withoutAbsent<keyof HostConfig>({
    NetworkMode: spec.network,
    PortBindings: portBindings(spec),
    PublishAllPorts: spec.publishAll,
    Binds: spec.binds,
    Tmpfs: spec.tmpfs,
    Init: spec.init,
    ReadonlyRootfs: spec.readOnlyRoot,
    AutoRemove: spec.autoRemove,
    CapAdd: spec.capAdd,
    CapDrop: spec.capDrop,
    SecurityOpt: spec.securityOptions,
    PidMode: spec.pidMode,
    Mounts: spec.mounts?.map(mountBody),
    ...limits(spec.limits ?? {}),
    ...ofTheMachine(spec.host ?? {}),
  });
}

function mountBody(mount: MountSpec): unknown {
  const { type, propagation, noCopy, tmpfsBytes, tmpfsMode } = mount;
  const hasOptions = tmpfsBytes !== null || tmpfsMode !== null;
  return withoutAbsent<keyof NonNullable<HostConfig["Mounts"]>[number]>({
    Type: type,
    Source: mount.source ?? undefined,
    Target: mount.target,
    ReadOnly: mount.readOnly ? true : undefined,
    BindOptions: type === "bind" && propagation !== null ? { Propagation: propagation } : undefined,
    VolumeOptions: type === "volume" && noCopy ? { NoCopy: true } : undefined,
    TmpfsOptions: type === "tmpfs" && hasOptions ? { SizeBytes: tmpfsBytes ?? undefined, Mode: tmpfsMode ?? undefined } : undefined,
  });
}

function healthCheck(spec: HealthCheckSpec): unknown {
  const nanoseconds = (milliseconds: number | undefined): number | undefined =>
    milliseconds === undefined ? undefined : Math.round(milliseconds * 1e6);
  return {
    Test: spec.test ?? [],
    Interval: nanoseconds(spec.intervalMs),
    Timeout: nanoseconds(spec.timeoutMs),
    StartPeriod: nanoseconds(spec.startPeriodMs),
    Retries: spec.retries,
  };
}

function exposedPorts(spec: ContainerSpec): unknown {
  if (spec.publish === undefined && spec.expose === undefined) return undefined;
  return Object.fromEntries([...Object.keys(spec.publish ?? {}), ...(spec.expose ?? [])].map((port) => [port, {}]));
}

function portBindings(spec: ContainerSpec): unknown {
  if (spec.publish === undefined) return undefined;
  const bindings = Object.entries(spec.publish).map(([port, places]) => [
    port,
    places.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: hostPort === null ? "" : String(hostPort) })),
  ]);
  return Object.fromEntries(bindings);
}

function networking(spec: ContainerSpec): unknown {
  const { network, networkAliases: aliases, networkAddress: address } = spec;
  if (network === undefined || (aliases === undefined && address === undefined)) return undefined;
  return { EndpointsConfig: { [network]: endpointBody({ aliases: aliases ?? [], address: address ?? null }) } };
}

/** What a container is on one network, as the engine's requests say it. */
export function endpointBody({ aliases, address }: { readonly aliases: readonly string[]; readonly address: string | null }): unknown {
  return { Aliases: aliases, ...(address === null ? {} : { IPAMConfig: { IPv4Address: address } }) };
}

// The names are those of the API's own description: a misspelt one would be ignored by the engine.
function withoutAbsent<Name extends string>(members: Readonly<Partial<Record<Name, unknown>>>): unknown {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
