import type { Reply } from "../../reply.ts";

/** Keys of a request to make a container that have no words here and do no harm when they are left out. */
const IGNORED: ReadonlySet<string> = new Set([
  "AttachStdin",
  "AttachStdout",
  "AttachStderr",
  "StdinOnce",
  "OpenStdin",
  "Tty",
  "Healthcheck",
  "ExposedPorts",
  "Volumes",
  "OnBuild",
  "HostConfig",
  "NetworkingConfig",
  "Image",
  "Cmd",
  "Entrypoint",
  "HostConfig.LogConfig",
  "HostConfig.ConsoleSize",
]);

type Writer = (value: Reply) => readonly string[];

const flag =
  (name: string): Writer =>
  (value) =>
    value.flag() ? [name] : [];
const text =
  (name: string): Writer =>
  (value) =>
    value.text() === "" ? [] : [name, value.text()];
const number =
  (name: string): Writer =>
  (value) =>
    value.number() === 0 ? [] : [name, String(value.number())];
const each =
  (name: string): Writer =>
  (value) =>
    value.texts().flatMap((one) => [name, one]);
const pairs =
  (name: string, join: string): Writer =>
  (value) =>
    Object.entries(value.textMap()).flatMap(([key, one]) => [name, one === "" && join === ":" ? key : `${key}${join}${one}`]);

const OF_CONTAINER: Readonly<Record<string, Writer>> = {
  Hostname: text("--hostname"),
  User: text("--user"),
  Env: each("--env"),
  WorkingDir: text("--workdir"),
  Labels: pairs("--label", "="),
  StopSignal: text("--stop-signal"),
  StopTimeout: number("--stop-timeout"),
};

const OF_HOST: Readonly<Record<string, Writer>> = {
  Binds: each("--volume"),
  Mounts: (value) => value.list().flatMap((one) => ["--mount", mountWord(one)]),
  Tmpfs: pairs("--tmpfs", ":"),
  NetworkMode: (value) => (["", "default"].includes(value.text()) ? [] : ["--network", value.text()]),
  PortBindings: publishWords,
  Init: flag("--init"),
  ReadonlyRootfs: flag("--read-only"),
  AutoRemove: flag("--rm"),
  Privileged: flag("--privileged"),
  CapAdd: each("--cap-add"),
  CapDrop: each("--cap-drop"),
  SecurityOpt: each("--security-opt"),
  PidMode: text("--pid"),
  IpcMode: text("--ipc"),
  UTSMode: text("--uts"),
  CgroupnsMode: text("--cgroupns"),
  Runtime: text("--runtime"),
  GroupAdd: each("--group-add"),
  Dns: each("--dns"),
  DnsSearch: each("--dns-search"),
  DnsOptions: each("--dns-option"),
  ExtraHosts: each("--add-host"),
  VolumesFrom: each("--volumes-from"),
  Sysctls: pairs("--sysctl", "="),
  Memory: number("--memory"),
  MemoryReservation: number("--memory-reservation"),
  MemorySwap: number("--memory-swap"),
  NanoCpus: (value) => (value.number() === 0 ? [] : ["--cpus", String(value.number() / 1e9)]),
  CpuShares: number("--cpu-shares"),
  CpuQuota: number("--cpu-quota"),
  CpuPeriod: number("--cpu-period"),
  CpusetCpus: text("--cpuset-cpus"),
  CpusetMems: text("--cpuset-mems"),
  PidsLimit: number("--pids-limit"),
  ShmSize: number("--shm-size"),
  RestartPolicy: restartWords,
};

/** Words of `create` or `run`, and the keys of the request for which there are none. */
export interface CreateWords {
  readonly options: readonly string[];
  readonly command: readonly string[];
  readonly refused: readonly string[];
}

/** What a request to make a container says, as words behind `create` and its name: options, image, command. */
export function createWords(body: Reply, image: string): CreateWords {
  const host = body.at("HostConfig");
  const known = [...written(body, OF_CONTAINER), ...written(host, OF_HOST)];
  const entrypoint = body.at("Entrypoint").texts();
  const [program, ...rest] = entrypoint;
  return {
    options: [...known, ...(program === undefined ? [] : ["--entrypoint", program])],
    command: [image, ...rest, ...body.at("Cmd").texts()],
    refused: [...refusedKeys(body, OF_CONTAINER, ""), ...refusedKeys(host, OF_HOST, "HostConfig.")],
  };
}

function written(value: Reply, writers: Readonly<Record<string, Writer>>): readonly string[] {
  return Object.entries(writers).flatMap(([key, write]) => write(value.at(key)));
}

function refusedKeys(value: Reply, writers: Readonly<Record<string, Writer>>, prefix: string): readonly string[] {
  const isSaid = (key: string): boolean => !IGNORED.has(prefix + key) && !isEmpty(value.members()[key]);
  return value
    .keys()
    .filter((key) => !Object.hasOwn(writers, key) && isSaid(key))
    .map((key) => prefix + key);
}

/** Clients send each member, most of them with nothing in it. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "" || value === 0 || value === -1) return true;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

function mountWord(mount: Reply): string {
  const source = mount.at("Source").text();
  const parts = [
    `type=${mount.at("Type").text("volume")}`,
    ...(source === "" ? [] : [`source=${source}`]),
    `target=${mount.at("Target").text()}`,
    ...(mount.at("ReadOnly").flag() ? ["readonly"] : []),
    ...option(mount.at("BindOptions", "Propagation").text(), "bind-propagation"),
    ...option(numberText(mount.at("TmpfsOptions", "SizeBytes")), "tmpfs-size"),
    ...option(numberText(mount.at("TmpfsOptions", "Mode"), 8), "tmpfs-mode"),
  ];
  return parts.join(",");
}

function option(value: string, name: string): readonly string[] {
  return value === "" ? [] : [`${name}=${value}`];
}

function numberText(value: Reply, base = 10): string {
  return value.isNull() ? "" : value.number().toString(base);
}

function publishWords(bindings: Reply): readonly string[] {
  return bindings.keys().flatMap((port) =>
    bindings
      .at(port)
      .list()
      .flatMap((place) => {
        const ip = place.at("HostIp").text();
        const address = ip === "" ? "" : `${ip.includes(":") ? `[${ip}]` : ip}:`;
        const hostPort = place.at("HostPort").text();
        return ["--publish", address === "" && hostPort === "" ? port : `${address}${hostPort}:${port}`];
      }),
  );
}

function restartWords(policy: Reply): readonly string[] {
  const name = policy.at("Name").text();
  if (name === "" || name === "no") return [];
  const tries = policy.at("MaximumRetryCount").number();
  return ["--restart", name === "on-failure" && tries > 0 ? `${name}:${tries}` : name];
}
