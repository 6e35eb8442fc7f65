import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlannedContainer } from "../../src/ship/plan/model.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { cooperEnvironment, runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

/** Keys that cannot stand beside others of all of them. */
const APART = {
  command: "[sleep, infinity]",
  stop_signal: "SIGKILL",
  restart: '"no"',
  cpu_period: "50ms",
  cpu_quota: "25000",
  uts: "host",
  volumes_from: '["container:OTHER:ro"]',
};

/** A value for every key that is carried out: one that is not here does not compile. */
const KEYS: Readonly<
  Record<
    | Exclude<keyof PlannedContainer, "name" | "image" | "mounts" | Exclude<keyof typeof APART, "command" | "restart">>
    | "volumes"
    | "stop_signal",
    string
  >
> = {
  command: "[-c, 'exec sleep infinity']",
  entrypoint: "[sh]",
  environment: '{ A: "1 $$x", EMPTY: "" }',
  ports: '["127.0.0.1::80", "127.0.0.1::80/udp", "127.0.0.1::81"]',
  volumes:
    '["./data:/data", "./data:/ro:ro,private", "named:/named:nocopy", { type: tmpfs, target: /memory, tmpfs: { size: 1m, mode: "1770" } }]',
  tmpfs: '["/scratch:size=1m,mode=700", /plain]',
  networks: "{ first: { ipv4_address: SUBNET.7, aliases: [other, third] }, second: { aliases: [elsewhere] } }",
  hostname: "host-name",
  domainname: "example.test",
  dns: "[192.0.2.53]",
  dns_search: "[example.test]",
  dns_opt: '["ndots:2"]',
  expose: '["99/sctp", 3000-3001]',
  extra_hosts: '["box:192.0.2.7", "six:2001:db8::1"]',
  user: '"0:0"',
  group_add: '["4"]',
  working_dir: "/tmp",
  read_only: "true",
  restart: "on-failure:3",
  healthcheck: '{ test: "true", interval: 1s, timeout: 20s, retries: 4, start_period: 30s }',
  labels: "{ a.b: 'c \"d\"', empty: }",
  logging: '{ driver: json-file, options: { max-size: 1m, max-file: "2" } }',
  cap_add: "[CAP_NET_ADMIN]",
  cap_drop: "[CAP_NET_RAW]",
  security_opt: '["no-new-privileges:true", "seccomp=./profile.json"]',
  devices: '["/dev/null:/dev/nothing:rw", /dev/zero]',
  device_cgroup_rules: '["c 1:3 rw"]',
  sysctls: '{ net.ipv4.ip_unprivileged_port_start: "0" }',
  ulimits: "{ nofile: 512, nproc: { soft: 100, hard: 200 } }",
  shm_size: "8m",
  mem_limit: "64m",
  mem_reservation: "32m",
  memswap_limit: "-1",
  mem_swappiness: "10",
  oom_score_adj: "100",
  oom_kill_disable: "true",
  cpus: "0.5",
  cpuset: '"0"',
  cpu_shares: "512",
  blkio_config: "{ weight: 300 }",
  pids_limit: "100",
  pid: "host",
  ipc: "private",
  userns_mode: "host",
  cgroup: "host",
  cgroup_parent: "/cooper-test",
  runtime: "runc",
  init: "true",
  tty: "true",
  stdin_open: "true",
  stop_signal: "SIGKILL",
  stop_grace_period: "1500ms",
};

const PROFILE = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["reboot"], action: "SCMP_ACT_ERRNO" }] };

let root: TempFolder;
const name = uniqueName("execute");
const apart = `${name}-apart`;
const other = `${name}-other`;
/** Of the addresses for documentation and tests, so that no network of the machine is met. */
const subnet = `198.18.${Math.floor(Math.random() * 256)}`;

beforeAll(async () => {
  root = await makeTempFolder("cooper-ship-execute-");
  const networks = `networks: { first: { ipam: { config: [{ subnet: ${subnet}.0/24 }] } }, second: {} }\nvolumes: { named: {} }\n`;
  const isSystemd = (await outputOf(["docker", "info", "--format", "{{.CgroupDriver}}"])) === "systemd";
  await layOut(name, { ...KEYS, cgroup_parent: isSystemd ? "cooper-test.slice" : "/cooper-test" }, networks);
  await layOut(apart, APART, "");
  await outputOf(["docker", "create", "--name", other, "-v", "/theirs", "debian:bookworm", "true"]);
  await mkdir(join(root.path, name, "data"));
  await writeFile(join(root.path, name, "profile.json"), JSON.stringify(PROFILE, null, 2));
});
afterAll(async () => {
  for (const container of [apart, name, other]) await removeContainer(container);
  await runCooper(["down", name], { env: env() });
  await runOnHost(["docker", "network", "rm", `${name}_first`, `${name}_second`]);
  await runOnHost(["docker", "volume", "rm", `${name}_named`]);
  await root.remove();
});

async function layOut(unit: string, keys: Readonly<Record<string, string>>, more: string): Promise<void> {
  await mkdir(join(root.path, unit));
  const lines = Object.entries(keys).map(([key, value]) => `    ${key}: ${value.replace("SUBNET", subnet).replace("OTHER", other)}\n`);
  await writeFile(join(root.path, unit, "compose.yaml"), `services:\n  all:\n    image: debian:bookworm\n${lines.join("")}${more}`);
}

function env(): Readonly<Record<string, string>> {
  return { COOPER_ROOTS: root.path, COOPER_STATE: join(root.path, "state"), XDG_CONFIG_HOME: root.path };
}

/** What was asked of the engine, without what each container has for itself. */
async function definition(unit: string): Promise<Record<string, Record<string, unknown>>> {
  const [container] = JSON.parse(await outputOf(["docker", "inspect", unit]));
  const { Config: config, HostConfig: host, NetworkSettings: settings } = container;
  delete config.Labels["cooper.plan"];
  const own = settings.Networks[`${name}_first`] ?? { Aliases: [] };
  config.Env = config.Env?.toSorted();
  if (container.Id.startsWith(config.Hostname)) delete config.Hostname;
  const aliases = own.Aliases.filter((alias: string) => !container.Id.startsWith(alias));
  return JSON.parse(JSON.stringify({ config, host, first: { aliases, address: own.IPAMConfig } }, withoutEmpty));
}

/** Nothing and a list or a map of nothing are the same to an engine. */
function withoutEmpty(_key: string, value: unknown): unknown {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0) ? undefined : value;
}

/** The same by the docker command of the plan. */
async function byDockerRun(unit: string): Promise<unknown> {
  const command = (await runCooper(["plan", unit, "--as", "run"], { env: env() })).stdout;
  await removeContainer(unit);
  expect(await runOnHost(["sh", "-c", command], { env: cooperEnvironment() })).toMatchObject({ exit: 0 });
  return definition(unit);
}

test("every key of the settings is carried out as docker run carries it out", { timeout: 240_000 }, async () => {
  const up = await runCooper(["up", name], { env: env() });
  expect(up).toMatchObject({ exit: 0, stdout: `${name}: ${name} started: its health check succeeded\n` });
  const ours = await definition(name);
  const second = await outputOf([
    "docker",
    "inspect",
    "--format",
    `{{json (index .NetworkSettings.Networks "${name}_second").Aliases}}`,
    name,
  ]);
  expect(JSON.parse(second)).toContain("elsewhere");
  expect(await runCooper(["up", name], { env: env() })).toMatchObject({ exit: 0, stdout: `${name}: ${name} runs as planned already\n` });
  expect(await byDockerRun(name)).toEqual(ours);
});

test("so are those that cannot stand beside them", { timeout: 240_000 }, async () => {
  await removeContainer(apart);
  expect(await runCooper(["up", "--set", "x-cooper.release.stay_up=100ms", apart], { env: env() })).toMatchObject({
    exit: 0,
    stdout: `${apart}: ${apart} started: it stays up\n`,
  });
  const ours = await definition(apart);
  expect(ours["host"]).toMatchObject({ CpuPeriod: 50_000, CpuQuota: 25_000, UTSMode: "host", VolumesFrom: [`${other}:ro`] });
  expect(await byDockerRun(apart)).toEqual(ours);
});
