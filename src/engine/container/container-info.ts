import type { Reply } from "../reply.ts";

export interface ContainerState {
  readonly running: boolean;
  readonly paused: boolean;
  readonly restarting: boolean;
  /** "created", "running", "paused", "restarting", "removing", "exited", "dead". */
  readonly status: string;
  /** Of the first process, as the engine's machine sees it; 0 when it does not run. */
  readonly pid: number;
  readonly exitCode: number;
  /** RFC 3339; changes with each start. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What the last health checks said, the oldest first. */
  readonly healthLog: readonly { readonly exit: number; readonly output: string }[];
  /** How often its restart policy started it. */
  readonly restarts: number;
  /** "starting", "healthy", "unhealthy"; null without a health check. */
  readonly health: string | null;
}

export interface ContainerMount {
  readonly type: string;
  readonly destination: string;
  readonly source: string;
  readonly readOnly: boolean;
}

export interface ContainerNetworks {
  /** Address on the first network that gives one; "" without. */
  readonly ip: string;
  /** Network name to address. */
  readonly networks: Readonly<Record<string, string>>;
  /** "80/tcp" to the host addresses it is published at ("0.0.0.0:8080"). */
  readonly ports: Readonly<Record<string, readonly string[]>>;
}

/** What decides whether it is healthy; milliseconds, 0 for the engine's own. */
export interface ContainerHealthCheck {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startPeriodMs: number;
  readonly retries: number;
}

/** Where the engine's storage driver keeps the layers; paths of the engine's machine. */
export interface ContainerGraph {
  readonly driver: string;
  readonly upper: string | null;
  /** Topmost first. */
  readonly lower: readonly string[];
  readonly merged: string | null;
}

export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  /** As it was given when the container was made. */
  readonly image: string;
  readonly imageId: string;
  readonly state: ContainerState;
  readonly hostName: string;
  readonly tty: boolean;
  readonly readOnlyRoot: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly config: {
    readonly env: readonly string[];
    readonly cmd: readonly string[] | null;
    readonly entrypoint: readonly string[] | null;
    readonly user: string;
    readonly workdir: string;
    readonly exposed: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    /** Seconds from the signal to stop to the one that kills; null for the engine's own. */
    readonly stopTimeout: number | null;
    readonly healthCheck: ContainerHealthCheck | null;
  };
  /** It is removed as soon as it ends. */
  readonly autoRemove: boolean;
  readonly networkSettings: ContainerNetworks;
  readonly graph: ContainerGraph;
  readonly createdAt: string;
}

/** Reads the engine's answer to "inspect container". */
export function readContainer(reply: Reply): ContainerInfo {
  const config = reply.at("Config");
  return {
    id: reply.at("Id").need(),
    name: reply.at("Name").text().replace(/^\//u, ""),
    image: config.at("Image").text(),
    imageId: reply.at("Image").text(),
    state: readState(reply.at("State"), reply.at("RestartCount").number()),
    hostName: config.at("Hostname").text(),
    tty: config.at("Tty").flag(),
    readOnlyRoot: reply.at("HostConfig", "ReadonlyRootfs").flag(),
    mounts: [...reply.at("Mounts").list().map(readMount), ...readTmpfs(reply.at("HostConfig", "Tmpfs"))],
    config: readConfig(config),
    autoRemove: reply.at("HostConfig", "AutoRemove").flag(),
    networkSettings: readNetworks(reply.at("NetworkSettings")),
    graph: readGraph(reply.at("GraphDriver"), reply.at("Driver").text()),
    createdAt: reply.at("Created").text(),
  };
}

function readState(state: Reply, restarts: number): ContainerState {
  return {
    running: state.at("Running").flag(),
    paused: state.at("Paused").flag(),
    restarting: state.at("Restarting").flag(),
    status: state.at("Status").text(),
    pid: state.at("Pid").number(),
    exitCode: state.at("ExitCode").number(),
    startedAt: state.at("StartedAt").text(),
    finishedAt: state.at("FinishedAt").text(),
    restarts,
    healthLog: state
      .at("Health", "Log")
      .list()
      .map((check) => ({ exit: check.at("ExitCode").number(), output: check.at("Output").text() })),
    health: state.at("Health", "Status").text() || null,
  };
}

function readMount(mount: Reply): ContainerMount {
  return {
    type: mount.at("Type").text(),
    destination: mount.at("Destination").text(),
    source: mount.at("Source").text(),
    readOnly: !mount.at("RW").flag(),
  };
}

// The engine lists `--tmpfs` beside its mounts, not among them.
function readTmpfs(tmpfs: Reply): readonly ContainerMount[] {
  return tmpfs.keys().map((destination) => ({ type: "tmpfs", destination, source: "", readOnly: false }));
}

function readConfig(config: Reply): ContainerInfo["config"] {
  return {
    env: config.at("Env").texts(),
    cmd: config.at("Cmd").textsOrNull(),
    entrypoint: config.at("Entrypoint").textsOrNull(),
    user: config.at("User").text(),
    workdir: config.at("WorkingDir").text(),
    exposed: config.at("ExposedPorts").keys().toSorted(),
    labels: config.at("Labels").textMap(),
    stopTimeout: config.at("StopTimeout").isNull() ? null : config.at("StopTimeout").number(),
    healthCheck: readHealthCheck(config.at("Healthcheck")),
  };
}

const NANOSECONDS_IN_A_MILLISECOND = 1e6;

function readHealthCheck(check: Reply): ContainerHealthCheck | null {
  const [kind] = check.at("Test").texts();
  if (kind === undefined || kind === "NONE") return null;
  const milliseconds = (key: string): number => check.at(key).number() / NANOSECONDS_IN_A_MILLISECOND;
  return {
    intervalMs: milliseconds("Interval"),
    timeoutMs: milliseconds("Timeout"),
    startPeriodMs: milliseconds("StartPeriod"),
    retries: check.at("Retries").number(),
  };
}

function readNetworks(settings: Reply): ContainerNetworks {
  const all = settings.at("Networks");
  const networks = Object.fromEntries(all.keys().map((name) => [name, all.at(name, "IPAddress").text()]));
  const ports = settings.at("Ports");
  const published = ports.keys().map((port) => [port, ports.at(port).list().map(hostAddress)] as const);
  return {
    ip: settings.at("IPAddress").text() || (Object.values(networks).find((ip) => ip !== "") ?? ""),
    networks,
    ports: Object.fromEntries(published),
  };
}

function hostAddress(binding: Reply): string {
  const ip = binding.at("HostIp").text();
  return `${ip.includes(":") ? `[${ip}]` : ip}:${binding.at("HostPort").text()}`;
}

function readGraph(graph: Reply, driver: string): ContainerGraph {
  const data = graph.at("Data");
  const lower = data.at("LowerDir").text();
  return {
    driver: graph.at("Name").text() || driver,
    upper: data.at("UpperDir").text() || null,
    lower: lower === "" ? [] : lower.split(":"),
    merged: data.at("MergedDir").text() || null,
  };
}
