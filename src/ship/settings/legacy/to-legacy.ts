import { printPort } from "../../../format/compose/port.ts";
import { joinWords } from "../../../format/shell/quote.ts";
import { printYaml } from "../../../format/yaml/print-yaml.ts";
import type { Mount } from "../../../format/compose/mount.ts";
import type { CooperKeys, MountPolicy } from "../cooper-schema.ts";
import type { Layer } from "../layer.ts";
import { mergeServices } from "../merge.ts";
import type { UnitFile } from "../read-unit-file.ts";
import type { Service } from "../service-schema.ts";
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
const ROWS = {
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

/** What a kind of mount was called where instances beside production get a policy. */
const MOUNT_KEYS: Readonly<Record<MountPolicy, string>> = {
  empty: "mount_persistent_test_copy",
  tree: "mount_persistent_test_copy_tree",
  copy: "mount_persistent_test_copy_files",
  "share-ro": "mount_persistent_test_ro",
  share: "mount_persistent",
};

/** Where a unit's paths are: its own folder, and the folder of its volumes. */
export interface LegacyPlaces {
  readonly folder: string;
  readonly volumes: string;
}

/** A unit's file as an original settings.yaml (paths below its volumes are relative there), and the keys that have no counterpart there. */
export function toLegacy(file: UnitFile, places: LegacyPlaces): { readonly text: string; readonly left: readonly string[] } {
  const left: string[] = [];
  const prod = { ...convertLayer(file.base, { prefix: "", places, left }), ...convertCooper(file.base.cooper, left) };
  const modes = (["test", "dev"] as const).map((mode) => {
    const layer = file.modes[mode];
    const parts = layer === null ? {} : convertLayer(wholeLayer(file.base, layer), { prefix: `x-cooper.modes.${mode}.`, places, left });
    return Object.fromEntries(Object.entries(parts).map(([key, value]) => [`${mode}_${key}`, value]));
  });
  if (file.modes.prod !== null) left.push("x-cooper.modes.prod");
  return { text: printYaml(Object.assign({}, prod, ...modes)), left: left.toSorted() };
}

/** A key of a mode took the place of the whole key in the original. */
function wholeLayer(base: Layer, mode: Layer): Layer {
  const merged = mergeServices([base, mode]);
  return {
    ...mode,
    cooper: base.cooper,
    service: Object.fromEntries(Object.entries(merged).filter(([key]) => Object.hasOwn(mode.service, key))),
  };
}

interface Conversion {
  readonly prefix: string;
  readonly places: LegacyPlaces;
  readonly left: string[];
}

function convertLayer(layer: Layer, conversion: Conversion): Parts {
  const { prefix, left } = conversion;
  let parts: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(layer.service)) {
    if (key === "volumes") parts = join(parts, convertVolumes(layer, conversion));
    else {
      const row: unknown = Reflect.get(ROWS, key);
      const made: unknown = typeof row === "function" ? Reflect.apply(row, null, [value]) : null;
      if (typeof made === "object" && made !== null) parts = join(parts, made);
      else left.push(prefix + key);
      if (key === "networks") left.push(...aliasesOf(layer.service).map((name) => `${prefix}networks.${name}.aliases`));
    }
  }
  return parts;
}

function aliasesOf({ networks = {} }: Service): readonly string[] {
  const aliased = Object.entries(networks).map(([name, options]) => ({ name, aliases: [], ...options }));
  return aliased.filter(({ aliases }) => (aliases ?? []).length > 0).map(({ name }) => name);
}

function join(left: Readonly<Record<string, unknown>>, right: object): Record<string, unknown> {
  const joined = Object.entries(right).map(([key, value]: [string, unknown]) => {
    const before = left[key];
    return [key, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value];
  });
  return { ...left, ...Object.fromEntries(joined) };
}

function convertVolumes({ service, cooper }: Layer, { prefix, places, left }: Conversion): Parts {
  let parts: Record<string, unknown> = {};
  for (const [index, mount] of (service.volumes ?? []).entries()) {
    const key = mountKey(mount, cooper.mounts?.[mount.target]?.test);
    if (key === null || mount.source === null) left.push(`${prefix}volumes.${index}`);
    else parts = join(parts, { [key]: [{ [placeOf(mount.source, places)]: mount.target }] });
  }
  return parts;
}

function placeOf(source: string, { folder, volumes }: LegacyPlaces): string {
  if (source.startsWith(".")) return `${folder}/${source.replace(/^\.\/?/u, "")}`;
  return source.startsWith(`${volumes}/`) ? source.slice(volumes.length + 1) : source;
}

function mountKey(mount: Mount, policy: MountPolicy | undefined): string | null {
  if (mount.type !== "bind") return null;
  return mount.read_only ? "mount_ro" : policy === undefined ? "mount_rw" : MOUNT_KEYS[policy];
}

function convertCooper(
  { after, autostart, attach, repositories, address, port_offset: offset, mounts, provision, scan }: CooperKeys,
  left: string[],
): Parts {
  const [repo1, repo2, ...more] = repositories ?? [];
  const others = {
    after,
    provision,
    scan,
    "repositories (more than two)": more.length > 0 ? more : undefined,
    "port_offset: auto": offset === "auto" ? offset : undefined,
  };
  left.push(
    ...Object.entries(others)
      .filter(([, value]) => value !== undefined)
      .map(([key]) => `x-cooper.${key}`),
  );
  if (Object.values(mounts ?? {}).some(({ owner, group, mode }) => (owner ?? group ?? mode) !== undefined))
    left.push("x-cooper.mounts (owner, group, mode)");
  const wave =
    autostart === undefined ? {} : { autostart: [autostart.wave, ...(autostart.hosts ?? []).map((host) => `host=${host}`)].join(",") };
  return {
    ...wave,
    ...(attach === true ? { fg: 1 } : {}),
    ...(repo1 === undefined ? {} : { repo1 }),
    ...(repo2 === undefined ? {} : { repo2 }),
    ...(typeof address === "object" ? { ip: address.lookup } : {}),
    ...(typeof offset === "number" ? { test_port_offset: offset } : {}),
  };
}
