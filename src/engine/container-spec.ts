import type { ContainerCreateRequest, HostConfig } from "@docker/node-sdk";

/** What to make a container of. Only `image` is needed; the rest is the image's own where absent. */
export interface ContainerSpec {
  readonly image: string;
  readonly name?: string;
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** "NAME=value". */
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly hostName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Name or id of a network, "none", "host", "container:<id>". */
  readonly network?: string;
  readonly networkAliases?: readonly string[];
  /** Container port to host address and port: `{"80/tcp": {hostIp: "127.0.0.1", hostPort: 0}}`; port 0 lets the engine choose. */
  readonly publish?: Readonly<Record<string, { readonly hostIp: string; readonly hostPort: number }>>;
  readonly publishAll?: boolean;
  /** As `docker run -v`. */
  readonly binds?: readonly string[];
  /** Path to options. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly openStdin?: boolean;
  /** Standard input ends when the first client that is attached goes. */
  readonly stdinOnce?: boolean;
  readonly init?: boolean;
  readonly readOnlyRoot?: boolean;
  readonly autoRemove?: boolean;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly securityOptions?: readonly string[];
  readonly pidMode?: string;
  readonly stopSignal?: string;
  /** True: the image's health check does not run. */
  readonly noHealthCheck?: boolean;
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
    Labels: spec.labels,
    Tty: spec.tty,
    OpenStdin: spec.openStdin,
    StdinOnce: spec.stdinOnce,
    AttachStdin: spec.stdinOnce,
    StopSignal: spec.stopSignal,
    Healthcheck: spec.noHealthCheck === true ? { Test: ["NONE"] } : undefined,
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
  });
}

function exposedPorts(spec: ContainerSpec): unknown {
  return spec.publish === undefined ? undefined : Object.fromEntries(Object.keys(spec.publish).map((port) => [port, {}]));
}

function portBindings(spec: ContainerSpec): unknown {
  if (spec.publish === undefined) return undefined;
  const bindings = Object.entries(spec.publish).map(([port, { hostIp, hostPort }]) => [
    port,
    [{ HostIp: hostIp, HostPort: String(hostPort) }],
  ]);
  return Object.fromEntries(bindings);
}

function networking(spec: ContainerSpec): unknown {
  if (spec.network === undefined || spec.networkAliases === undefined) return undefined;
  return { EndpointsConfig: { [spec.network]: { Aliases: spec.networkAliases } } };
}

// The names are those of the API's own description: a misspelt one would be ignored by the engine.
function withoutAbsent<Name extends string>(members: Readonly<Partial<Record<Name, unknown>>>): unknown {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
