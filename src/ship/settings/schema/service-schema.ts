import * as z from "zod";
import { PLAIN_MOUNT, readMount, tidyPath, type Mount } from "../../../format/compose/mount.ts";
import { isProblem, type Problem } from "../../../format/compose/problem.ts";
import { expandPort, readPort, type Port } from "../../../format/compose/port.ts";
import { splitWords } from "../../../format/compose/split-words.ts";
import { readBytes, readDuration, readMode } from "../../../format/compose/units.ts";
import { UNSUPPORTED_SERVICE_KEYS } from "../compose-keys.ts";
import { decimal, flag, integer, oneOrMore, strict, text, textList, textMap, written } from "./fields.ts";

export const duration = written(readDuration);
export const bytes = written(readBytes);
export const octalMode = written(readMode);
/** A command: words as they are, or a text that is split as a shell would, with nothing expanded. */
const command = z.union([textList, written(splitWords)], "It must be a text or a list of texts.");
export const containerPath = text
  .refine((path) => path.startsWith("/"), "It must be an absolute path in the container.")
  .transform(tidyPath);

const longPort = strict(
  { target: text, published: text.optional(), host_ip: text.optional(), protocol: text.optional() },
  { mode: "", name: "", app_protocol: "" },
).transform((port, context): readonly Port[] => {
  const found = expandPort({ ...port, published: port.published ?? null, host_ip: port.host_ip ?? null, protocol: port.protocol ?? "tcp" });
  if (!isProblem(found)) return found;
  context.addIssue(`There is ${found.problem}.`);
  return z.NEVER;
});

const longMount = strict(
  {
    type: z.enum(["bind", "volume", "tmpfs"], "It must be bind, volume or tmpfs."),
    source: text.optional(),
    target: containerPath,
    read_only: flag.optional(),
    bind: strict({ create_host_path: flag.optional(), propagation: text.optional() }, { selinux: "", recursive: "" }).optional(),
    volume: strict({ nocopy: flag.optional() }, { subpath: "", labels: "" }).optional(),
    tmpfs: strict({ size: bytes.optional(), mode: octalMode.optional() }).optional(),
  },
  { consistency: "" },
).transform((mount): Mount => ({
  ...PLAIN_MOUNT,
  type: mount.type,
  source: mount.source ?? null,
  target: mount.target,
  read_only: mount.read_only ?? false,
  create_host_path: mount.bind?.create_host_path ?? true,
  propagation: mount.bind?.propagation ?? null,
  nocopy: mount.volume?.nocopy ?? false,
  size: mount.tmpfs?.size ?? null,
  mode: mount.tmpfs?.mode ?? null,
}));

const build = z.union(
  [
    text.transform((context) => ({ context })),
    strict(
      {
        context: text.optional(),
        dockerfile: text.optional(),
        args: textMap.optional(),
        target: text.optional(),
        network: text.optional(),
        no_cache: flag.optional(),
      },
      Object.fromEntries(
        "additional_contexts cache_from cache_to dockerfile_inline entitlements extra_hosts isolation labels platforms privileged provenance pull sbom secrets shm_size ssh tags ulimits"
          .split(" ")
          .map((key) => [key, ""]),
      ),
    ),
  ],
  "It must be a folder, or a map with context.",
);

const healthcheck = strict(
  {
    test: z.union([textList, text.transform((shell) => ["CMD-SHELL", shell])], "It must be a text or a list of texts.").optional(),
    interval: duration.optional(),
    timeout: duration.optional(),
    start_period: duration.optional(),
    retries: integer.optional(),
    disable: flag.optional(),
  },
  { start_interval: "" },
);

const networkOptions = strict(
  { ipv4_address: text.optional(), aliases: textList.optional() },
  { ipv6_address: "", link_local_ips: "", mac_address: "", priority: "", gw_priority: "", interface_name: "", driver_opts: "" },
);

const serviceSecret = z.union(
  [
    text.transform((source) => ({ source })),
    strict({ source: text, target: text.optional(), uid: text.optional(), gid: text.optional(), mode: octalMode.optional() }),
  ],
  "It must be the name of a secret, or a map with source.",
);

const ulimit = z.union(
  [integer.transform((limit) => ({ soft: limit, hard: limit })), strict({ soft: integer, hard: integer })],
  "It must be a number, or a map with soft and hard.",
);

const microseconds = z.union(
  [integer, duration.transform((milliseconds) => milliseconds * 1000)],
  "It must be microseconds, or a time such as 50ms.",
);

const bytesPerSecond = z.array(strict({ path: text, rate: bytes }), "It must be a list of maps with path and rate.");
const perSecond = z.array(strict({ path: text, rate: integer }), "It must be a list of maps with path and rate.");

const blockLimits = strict({
  weight: integer.optional(),
  weight_device: z.array(strict({ path: text, weight: integer }), "It must be a list of maps with path and weight.").optional(),
  device_read_bps: bytesPerSecond.optional(),
  device_write_bps: bytesPerSecond.optional(),
  device_read_iops: perSecond.optional(),
  device_write_iops: perSecond.optional(),
});

/** The keys of a Compose service that are carried out; values are brought into their long form. */
export const serviceShape = {
  image: text.optional(),
  build: build.optional(),
  container_name: text.optional(),
  command: command.optional(),
  entrypoint: command.optional(),
  environment: textMap.optional(),
  env_file: oneOrMore.optional(),
  ports: z
    .array(
      z.union([written(readPort), longPort], "It must be a port such as 8080:80, or a map with target."),
      "It must be a list of ports.",
    )
    .transform((ports) => ports.flat())
    .optional(),
  volumes: z
    .array(
      z.union([written(readMount), longMount], "It must be a volume such as ./data:/data, or a map with type."),
      "It must be a list of volumes.",
    )
    .optional(),
  volumes_from: z.array(written(readSourceOfVolumes), "It must be a list of containers.").optional(),
  tmpfs: oneOrMore.optional(),
  secrets: z.array(serviceSecret, "It must be a list of secrets.").optional(),
  networks: z
    .union(
      [
        textList.transform((names) => Object.fromEntries(names.map((name) => [name, {}]))),
        z.record(z.string(), z.union([networkOptions, z.null().transform(() => ({}))])),
      ],
      "It must be a list of networks, or a map of them.",
    )
    .optional(),
  network_mode: text.optional(),
  hostname: text.optional(),
  domainname: text.optional(),
  dns: oneOrMore.optional(),
  dns_search: oneOrMore.optional(),
  dns_opt: oneOrMore.optional(),
  expose: z
    .array(written(readExposed), "It must be a list of ports.")
    .transform((ports) => ports.flat())
    .optional(),
  extra_hosts: z
    .union(
      [z.record(z.string(), text), textList.transform((hosts) => Object.fromEntries(hosts.map(splitHost)))],
      "It must be a list of name:address, or a map.",
    )
    .optional(),
  user: text.optional(),
  group_add: textList.optional(),
  working_dir: text.optional(),
  read_only: flag.optional(),
  restart: z
    .string()
    .regex(/^(no|always|unless-stopped|on-failure(:\d+)?)$/u, 'It must be "no", always, unless-stopped or on-failure[:count].')
    .optional(),
  healthcheck: healthcheck.optional(),
  labels: textMap.optional(),
  logging: strict({ driver: text.optional(), options: textMap.optional() }).optional(),
  cap_add: textList.optional(),
  cap_drop: textList.optional(),
  security_opt: textList.optional(),
  devices: textList.optional(),
  device_cgroup_rules: textList.optional(),
  sysctls: textMap.optional(),
  ulimits: z.record(z.string(), ulimit).optional(),
  shm_size: bytes.optional(),
  mem_limit: bytes.optional(),
  mem_reservation: bytes.optional(),
  memswap_limit: written((value) => (value === "-1" ? -1 : readBytes(value))).optional(),
  mem_swappiness: integer.optional(),
  oom_score_adj: integer.optional(),
  oom_kill_disable: flag.optional(),
  cpus: decimal.optional(),
  cpuset: text.optional(),
  cpu_shares: integer.optional(),
  cpu_period: microseconds.optional(),
  cpu_quota: microseconds.optional(),
  blkio_config: blockLimits.optional(),
  pids_limit: integer.optional(),
  pid: text.optional(),
  ipc: text.optional(),
  userns_mode: text.optional(),
  uts: z.enum(["host"], "It must be host.").optional(),
  cgroup: z.enum(["host", "private"], "It must be host or private.").optional(),
  cgroup_parent: text.optional(),
  runtime: text.optional(),
  init: flag.optional(),
  tty: flag.optional(),
  stdin_open: flag.optional(),
  stop_signal: text.optional(),
  stop_grace_period: duration.optional(),
};

/** "80", "3000-3002/udp" as ports of the container. */
function readExposed(value: string): readonly string[] | Problem {
  const [, first = "", last = first, protocol = "tcp"] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/u.exec(value) ?? [];
  const count = Number(last) - Number(first) + 1;
  if (first === "" || count < 1 || Number(first) < 1 || Number(last) > 65_535)
    return { problem: `"${value}" is no port such as 80 or 3000-3002/udp` };
  return Array.from({ length: count }, (_, index) => `${Number(first) + index}/${protocol}`);
}

/** "container:db:ro" as "db:ro". */
function readSourceOfVolumes(value: string): string | Problem {
  const source = /^container:([^:]+(?::(?:ro|rw))?)$/u.exec(value)?.[1];
  return source ?? { problem: `"${value}" is no container such as container:db:ro (a unit has one service)` };
}

function splitHost(host: string): readonly [string, string] {
  const at = host.search(/[:=]/u);
  return [host.slice(0, at), host.slice(at + 1)];
}

/** A service as a layer of settings may give it: any of its keys. */
export const serviceSchema = strict(serviceShape, UNSUPPORTED_SERVICE_KEYS);

export type Service = z.infer<typeof serviceSchema>;
