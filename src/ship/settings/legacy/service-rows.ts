import { printPort } from "../../../format/compose/port.ts";
import { joinWords } from "../../../format/shell/quote.ts";
import { blockFlags } from "../block-flags.ts";
import type { Service } from "../schema/service-schema.ts";
import { isFetched } from "./legacy-file.ts";

type Parts = Readonly<Record<string, unknown>>;
type Row = (value: never) => Parts | null;

const words = (value: readonly string[]): string => joinWords(value);
const flags =
  (flag: string) =>
  (values: readonly string[]): Parts => ({ extra_docker: values.flatMap((value) => [flag, value]) });
const oneFlag =
  (flag: string) =>
  (value: string | number): Parts => ({ extra_docker: [flag, String(value)] });
const pairFlags =
  (flag: string, separator = "=") =>
  (map: Readonly<Record<string, string | null>>): Parts => ({
    extra_docker: Object.entries(map).flatMap(([name, value]) => [flag, value === null ? name : `${name}${separator}${value}`]),
  });
const bareFlag =
  (flag: string) =>
  (value: boolean): Parts =>
    value ? { extra_docker: [flag] } : {};

/** What each key of a service is in a settings.yaml; null: it has no counterpart. */
export const SERVICE_ROWS = {
  image: (image: string): Parts => {
    const [, name = image, tag] = /^(.*?)(?::([^/:]+))?$/u.exec(image) ?? [];
    return { image: name, ...(tag === undefined ? {} : { tag }) };
  },
  container_name: (name: string): Parts => ({ name }),
  hostname: (hostname: string): Parts => ({ hostname }),
  command: (command: readonly string[]): Parts => ({ cmd: words(command) }),
  entrypoint: (entrypoint: readonly string[]): Parts | null =>
    entrypoint.length === 1 ? { extra_docker: ["--entrypoint", ...entrypoint] } : null,
  environment: (map: Readonly<Record<string, string | null>>): Parts => {
    const all = Object.entries(map);
    const env = all.filter(([, value]) => !isFetched(value)).map(([name, value]) => (value === null ? name : `${name}=${value}`));
    const further = all.filter(([, value]) => isFetched(value)).flatMap(([name, value]) => ["--env", `${name}=${value ?? ""}`]);
    return { ...(env.length === 0 ? {} : { env }), ...(further.length === 0 ? {} : { extra_docker: further }) };
  },
  env_file: flags("--env-file"),
  ports: (ports: NonNullable<Service["ports"]>): Parts => ({ ports: ports.map(printPort), ipv6_ports: 1 }),
  dns: (dns: readonly string[]): Parts => ({ dns }),
  dns_search: flags("--dns-search"),
  tmpfs: flags("--tmpfs"),
  user: oneFlag("--user"),
  working_dir: oneFlag("--workdir"),
  domainname: oneFlag("--domainname"),
  read_only: bareFlag("--read-only"),
  init: bareFlag("--init"),
  tty: bareFlag("--tty"),
  stdin_open: bareFlag("--interactive"),
  restart: oneFlag("--restart"),
  labels: pairFlags("--label"),
  extra_hosts: pairFlags("--add-host", ":"),
  sysctls: pairFlags("--sysctl"),
  cap_add: flags("--cap-add"),
  cap_drop: flags("--cap-drop"),
  security_opt: flags("--security-opt"),
  group_add: flags("--group-add"),
  devices: (devices: readonly string[]): Parts => ({ mount_devices: devices }),
  shm_size: oneFlag("--shm-size"),
  mem_limit: oneFlag("--memory"),
  mem_reservation: oneFlag("--memory-reservation"),
  memswap_limit: oneFlag("--memory-swap"),
  mem_swappiness: oneFlag("--memory-swappiness"),
  oom_score_adj: oneFlag("--oom-score-adj"),
  oom_kill_disable: bareFlag("--oom-kill-disable"),
  cpuset: oneFlag("--cpuset-cpus"),
  cpu_shares: oneFlag("--cpu-shares"),
  cpu_period: oneFlag("--cpu-period"),
  cpu_quota: oneFlag("--cpu-quota"),
  blkio_config: (limits: NonNullable<Service["blkio_config"]>): Parts => ({ extra_docker: blockFlags(limits).flat() }),
  uts: oneFlag("--uts"),
  cgroup: oneFlag("--cgroupns"),
  cgroup_parent: oneFlag("--cgroup-parent"),
  runtime: oneFlag("--runtime"),
  device_cgroup_rules: flags("--device-cgroup-rule"),
  dns_opt: flags("--dns-option"),
  expose: flags("--expose"),
  volumes_from: flags("--volumes-from"),
  cpus: oneFlag("--cpus"),
  pids_limit: oneFlag("--pids-limit"),
  pid: oneFlag("--pid"),
  ipc: oneFlag("--ipc"),
  userns_mode: oneFlag("--userns"),
  stop_signal: oneFlag("--stop-signal"),
  stop_grace_period: (milliseconds: number): Parts | null =>
    milliseconds % 1000 === 0 ? { extra_docker: ["--stop-timeout", String(milliseconds / 1000)] } : null,
  ulimits: (limits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>): Parts => ({
    extra_docker: Object.entries(limits).flatMap(([name, { soft, hard }]) => ["--ulimit", `${name}=${soft}:${hard}`]),
  }),
  network_mode: (mode: string): Parts => ({ network: mode }),
  networks: (networks: NonNullable<Service["networks"]>): Parts | null => {
    const [[name, options] = [], second] = Object.entries(networks);
    if (name === undefined || second !== undefined) return null;
    const address = options !== undefined && "ipv4_address" in options ? options.ipv4_address : undefined;
    return { network: name, ip: address ?? "0" };
  },
  logging: ({ driver, options = {} }: NonNullable<Service["logging"]>): Parts =>
    Object.keys(options).length === 0 && driver !== undefined
      ? { log: driver }
      : {
          log: "-",
          extra_docker: [
            ...(driver === undefined ? [] : ["--log-driver", driver]),
            ...Object.entries(options).flatMap(([name, value]) => ["--log-opt", `${name}=${value ?? ""}`]),
          ],
        },
  build: (build: NonNullable<Service["build"]>): Parts | null => {
    const {
      context,
      args = {},
      target,
      network,
      no_cache: noCache,
      dockerfile,
    } = { args: undefined, target: undefined, network: undefined, no_cache: undefined, dockerfile: undefined, ...build };
    if ((context ?? ".") !== "." || dockerfile !== undefined) return null;
    const params = [
      ...Object.entries(args).map(([name, value]) => `--build-arg ${words([value === null ? name : `${name}=${value}`])}`),
      ...(target === undefined ? [] : [`--target ${target}`]),
      ...(network === undefined ? [] : [`--network ${network}`]),
      ...(noCache === true ? ["--no-cache"] : []),
    ];
    return params.length === 0 ? {} : { build_params: params.join(" ") };
  },
} satisfies Readonly<Record<string, Row>>;
