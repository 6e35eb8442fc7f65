import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlannedContainer } from "../../src/ship/plan/model.ts";
import { makeTempFolder, type TempFolder } from "../../src/system/files.ts";
import { cooperEnvironment, runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

/** A value for every key that is carried out: one that is not here does not compile. */
const KEYS: Readonly<Record<Exclude<keyof PlannedContainer, "name" | "image" | "mounts"> | "volumes" | "networks", string>> = {
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
  sysctls: '{ net.ipv4.ip_unprivileged_port_start: "0" }',
  ulimits: "{ nofile: 512, nproc: { soft: 100, hard: 200 } }",
  shm_size: "8m",
  mem_limit: "64m",
  cpus: "0.5",
  pids_limit: "100",
  pid: "host",
  ipc: "private",
  userns_mode: "host",
  init: "true",
  tty: "true",
  stdin_open: "true",
  stop_signal: "SIGKILL",
  stop_grace_period: "1500ms",
};

const PROFILE = { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["reboot"], action: "SCMP_ACT_ERRNO" }] };

let root: TempFolder;
const name = uniqueName("execute");
/** Of the addresses for documentation and tests, so that no network of the machine is met. */
const subnet = `198.18.${Math.floor(Math.random() * 256)}`;

beforeAll(async () => {
  root = await makeTempFolder("cooper-ship-execute-");
  await mkdir(join(root.path, name, "data"), { recursive: true });
  const keys = Object.entries(KEYS)
    .map(([key, value]) => `    ${key}: ${value.replace("SUBNET", subnet)}\n`)
    .join("");
  const networks = `networks: { first: { ipam: { config: [{ subnet: ${subnet}.0/24 }] } }, second: {} }\nvolumes: { named: {} }\n`;
  await writeFile(join(root.path, name, "compose.yaml"), `services:\n  all:\n    image: debian:bookworm\n${keys}${networks}`);
  await writeFile(join(root.path, name, "profile.json"), JSON.stringify(PROFILE, null, 2));
});
afterAll(async () => {
  await removeContainer(name);
  await runCooper(["down", name], { env: env() });
  await runOnHost(["docker", "network", "rm", `${name}_first`, `${name}_second`]);
  await runOnHost(["docker", "volume", "rm", `${name}_named`]);
  await root.remove();
});

function env(): Readonly<Record<string, string>> {
  return { COOPER_ROOTS: root.path, COOPER_STATE: join(root.path, "state"), XDG_CONFIG_HOME: root.path };
}

/** What was asked of the engine, without what each container has for itself. */
async function definition(): Promise<Record<string, Record<string, unknown>>> {
  const [container] = JSON.parse(await outputOf(["docker", "inspect", name]));
  const { Config: config, HostConfig: host, NetworkSettings: settings } = container;
  delete config.Labels["cooper.plan"];
  const own = settings.Networks[`${name}_first`];
  config.Env.sort();
  const aliases = own.Aliases.filter((alias: string) => !container.Id.startsWith(alias));
  return JSON.parse(JSON.stringify({ config, host, first: { aliases, address: own.IPAMConfig } }, withoutEmpty));
}

/** Nothing and a list or a map of nothing are the same to an engine. */
function withoutEmpty(_key: string, value: unknown): unknown {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0) ? undefined : value;
}

test("every key of the settings is carried out as docker run carries it out", { timeout: 240_000 }, async () => {
  const up = await runCooper(["up", name], { env: env() });
  expect(up).toMatchObject({ exit: 0, stdout: `${name}: ${name} started: its health check succeeded\n` });
  const ours = await definition();
  const second = await outputOf([
    "docker",
    "inspect",
    "--format",
    `{{json (index .NetworkSettings.Networks "${name}_second").Aliases}}`,
    name,
  ]);
  expect(JSON.parse(second)).toContain("elsewhere");
  expect(await runCooper(["up", name], { env: env() })).toMatchObject({ exit: 0, stdout: `${name}: ${name} runs as planned already\n` });

  const command = (await runCooper(["plan", name, "--as", "run"], { env: env() })).stdout;
  await removeContainer(name);
  expect(await runOnHost(["sh", "-c", command], { env: cooperEnvironment() })).toMatchObject({ exit: 0 });
  const theirs = await definition();
  expect(ours).toEqual(theirs);
});
