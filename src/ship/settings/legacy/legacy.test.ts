import { expect, test } from "vitest";
import { readYaml } from "../../../format/yaml/read-yaml.ts";
import { readUnitFile } from "../read-unit-file.ts";
import { LEGACY_KEYS, parseLegacy } from "./legacy-file.ts";
import { toCompose } from "./to-compose.ts";
import { toLegacy } from "./to-legacy.ts";

const convert = (text: string): ReturnType<typeof toCompose> => toCompose(parseLegacy(text, "settings.yaml", "web"), "web");
const serviceOf = (text: string): unknown => {
  const { services } = Object(readYaml(convert(text).text, "made").value);
  return Object(services)["web"];
};
const volume = (source: string, target: string): object => ({ type: "bind", source: `\${COOPER_VOLUMES:-/rw/dv}/web/${source}`, target });
const bothModes = (policy: string): object => ({ test: policy, dev: policy });

/** What every key of all three generations becomes. */
const golden: readonly (readonly [string, string, unknown])[] = [
  ["autostart", "autostart: 5", { "x-cooper": { autostart: { wave: 5 } } }],
  ["autostart", "autostart: 4,host=jack", { "x-cooper": { autostart: { wave: 4, hosts: ["jack"] } } }],
  ["build_params", "build_params: --build-arg A=1 --no-cache", { build: { context: ".", args: { A: "1" }, no_cache: true } }],
  ["cmd", "cmd: sleep 600", { command: ["sleep", "600"] }],
  ["cmd", "cmd: [sh, -c, 'a b']", { command: ["sh", "-c", "a b"] }],
  ["extra_init", "cmd: a\nextra_init: -x 'b c'", { command: ["a", "-x", "b c"] }],
  ["debug_alt_cmnd", "debug_alt_cmnd: bash -l", { "x-cooper": { modes: { dev: { command: ["bash", "-l"] } } } }],
  ["debug_extra_init", "cmd: a\ndebug_extra_init: -v", { command: ["a"], "x-cooper": { modes: { dev: { command: ["a", "-v"] } } } }],
  ["dns", "dns: 1.1.1.1", { dns: ["1.1.1.1"] }],
  ["env", "env: [A=1, B: two]", { environment: { A: "1", B: "two" } }],
  ["env", "env: [A=$HOME, B=a$b, 'C=${D}e']", { environment: { A: "$HOME", B: "a$$b", C: "${D}e" } }],
  [
    "extra_docker",
    "extra_docker: --cap-add NET_ADMIN --init -e A=1 --ulimit nofile=1:2",
    { cap_add: ["NET_ADMIN"], init: true, environment: { A: "1" }, ulimits: { nofile: { soft: "1", hard: "2" } } },
  ],
  ["extra_docker0", "extra_docker0: [--user, 'a b']", { user: "a b" }],
  ["fg", "fg: 1", { "x-cooper": { attach: true } }],
  ["foreground", "foreground: yes", { "x-cooper": { attach: true } }],
  ["hostname", "hostname: HOSTNAME", { hostname: "${HOSTNAME}" }],
  ["image", "image: other", { image: "other" }],
  ["tag", "tag: v1", { image: "web:v1" }],
  ["repo1", "repo1: kst", { image: "kst/web" }],
  ["repo2", "repo1: kst\nrepo2: r:5000/x", { "x-cooper": { repositories: ["kst", "r:5000/x"] } }],
  ["ip", "network: docker2\nip: 1.2.3.4", { networks: { docker2: { ipv4_address: "1.2.3.4" } } }],
  ["ip", "network: docker2\nip: '-'", { networks: { docker2: {} }, "x-cooper": { address: { lookup: "web" } } }],
  ["ip", "network: docker2\nip: 0", { networks: { docker2: {} } }],
  ["network", "network: NONE", { network_mode: "none" }],
  [
    "network",
    "network: docker2\ntest_network: test9",
    { networks: { docker2: {} }, "x-cooper": { modes: { test: { networks: { test9: {} } } } } },
  ],
  ["ipv6_ports", "ipv6_ports: 1\nports: ['80:80']", { ports: ["80:80"], "x-cooper": { port_offset: 10_000 } }],
  [
    "ports",
    "ports: ['8080:80', 192.168.7.1:53:53/udp]",
    { ports: ["0.0.0.0:8080:80", "192.168.7.1:53:53/udp"], "x-cooper": { port_offset: 10_000 } },
  ],
  ["ports", "ports:\n- 8080: 80", { ports: ["0.0.0.0:8080:80"], "x-cooper": { port_offset: 10_000 } }],
  [
    "port_offset",
    "ports: ['80:80']\nport_offset: 8000\ntest_port_offset: 500",
    { ports: ["0.0.0.0:8080:80"], "x-cooper": { port_offset: 500 } },
  ],
  ["log", "log: J", { logging: { driver: "journald" } }],
  ["log", "log: none", { logging: { driver: "none" } }],
  ["log", "log: json", { logging: { driver: "json-file", options: { "max-size": "5m", "max-file": "3" } } }],
  [
    "log",
    "log: s",
    { logging: { driver: "syslog", options: { mode: "non-blocking", "max-buffer-size": "4m", "syslog-facility": "local3", tag: "web" } } },
  ],
  ["log", "log: fluentd", { logging: { driver: "fluentd" } }],
  ["mount_ro", "mount_ro:\n- conf: /etc/demo", { volumes: [{ ...volume("conf", "/etc/demo"), read_only: true }] }],
  [
    "mount_rw",
    "mount_rw: ['var_log, /var/log/demo', /srv/abs:/abs]",
    {
      volumes: [volume("var_log", "/var/log/demo"), { type: "bind", source: "/srv/abs", target: "/abs" }],
      "x-cooper": { mounts: { "/var/log/demo": bothModes("empty") } },
    },
  ],
  [
    "mount_persistent",
    "mount_persistent:\n- a: /a",
    { volumes: [volume("a", "/a")], "x-cooper": { mounts: { "/a": bothModes("share") } } },
  ],
  [
    "mount_persistent_test_ro",
    "mount_persistent_test_ro:\n- a: /a",
    { volumes: [volume("a", "/a")], "x-cooper": { mounts: { "/a": bothModes("share-ro") } } },
  ],
  [
    "mount_persistent_test_copy",
    "mount_persistent_test_copy:\n- a: /a",
    { volumes: [volume("a", "/a")], "x-cooper": { mounts: { "/a": bothModes("empty") } } },
  ],
  ["mount_logs", "mount_logs:\n- a: /a", { volumes: [volume("a", "/a")], "x-cooper": { mounts: { "/a": bothModes("empty") } } }],
  [
    "mount_persistent_test_copy_tree",
    "mount_persistent_test_copy_tree:\n- a: /a",
    { volumes: [volume("a", "/a")], "x-cooper": { mounts: { "/a": bothModes("tree") } } },
  ],
  [
    "mount_persistent_test_copy_files",
    "mount_persistent_test_copy_files:\n- a: /a",
    { volumes: [volume("a", "/a")], "x-cooper": { mounts: { "/a": bothModes("copy") } } },
  ],
  [
    "mount_test_only",
    "mount_test_only:\n- a: /a",
    {
      "x-cooper": {
        mounts: { "/a": bothModes("share") },
        modes: { test: { volumes: [volume("a", "/a")] }, dev: { volumes: [volume("a", "/a")] } },
      },
    },
  ],
  ["mount_devices", "mount_devices: ['/dev/a, /dev/b', /dev/c]", { devices: ["/dev/a:/dev/b", "/dev/c"] }],
  ["name", "name: other\ntest_name: third", { container_name: "other", "x-cooper": { modes: { test: { container_name: "third" } } } }],
  ["puid", "puid: x", { environment: { PUID: "x" } }],
  ["tz", "tz: UTC", { environment: { TZ: "UTC" } }],
  ["tz", "tz: '-'", { environment: { TZ: "${TZ:-UTC}" } }],
  [
    "vol_base",
    "vol_base: /srv/v/\nmount_ro:\n- a: /a",
    { volumes: [{ type: "bind", source: "/srv/v/web/a", target: "/a", read_only: true }] },
  ],
  [
    "vols",
    "mount_rw:\n- log: /log\nvols:\n- log:\n  owner: user/www\n  perm: '2750'\n- {log/a.log: , type: file, contents: hi}",
    {
      volumes: [volume("log", "/log")],
      "x-cooper": {
        mounts: { "/log": { ...bothModes("empty"), owner: "www", mode: "2750" } },
        provision: [{ path: "/log/a.log", kind: "file", content: { text: "hi" } }],
      },
    },
  ],
  [
    "vol_defaults",
    "vol_defaults: {owner: a, group: b, perm: 755}\nmount_rw:\n- d: /d\nvols: [d/x]",
    {
      volumes: [volume("d", "/d")],
      "x-cooper": {
        mounts: { "/d": bothModes("empty") },
        provision: [{ path: "/d/x", kind: "folder", owner: "a", group: "b", mode: "0755" }],
      },
    },
  ],
];

test.each(golden)("%s: %j", (_, text, wanted) => {
  expect(serviceOf(text)).toEqual(wanted);
});

const NOTED = [
  "build_push_opts",
  "build_push_to",
  "buildx",
  "d_src_dir",
  "d_src_dir2",
  "docker_exec",
  "no_rm",
  "rm",
  "shell",
  "shift_gids",
  "shift_uids",
];
test("what says something of the machine is noted", () => {
  expect(convert(NOTED.map((key) => `${key}: 1`).join("\n")).notes.map((note) => note.split(":")[0])).toEqual(NOTED);
});

test("every key of the original has its case", () => {
  expect([...new Set([...golden.map(([key]) => key), ...NOTED])].toSorted()).toEqual(LEGACY_KEYS.toSorted());
});

test.each([
  ["prots: []", /Did you mean "ports"/u],
  ["test_prots: []", /Did you mean "ports"/u],
  ["ports: [x]", /no port/u],
  ["ports: ['60000:1']\nport_offset: 9000", /port_offset/u],
  ["env: [A=*key]", /secret/u],
  ["env: $NOPE", /no name of a variable/u],
  ["extra_docker: --privileged", /no flag/u],
  ["build_params: --squash", /no flag/u],
  ["mount_rw: [conf]", /no pair/u],
  ["mount_ro: ['*.d:/x']", /pattern/u],
  ["mount_rw: ['../other:/x']", /leads out/u],
  ["mount_persistent: [a/../../other: /x]", /leads out/u],
  ["mount_devices: /dev/tty*", /pattern/u],
  ["vols: [x]", /below no mount/u],
  ["mount_rw: ['a:/a']\nvols:\n- {a/k: , contents: 'cmd: x | y'}", /shell/u],
  ["mount_rw: ['a:/a']\nvols:\n- {a/k: , perms: 1}", /perms/u],
  ["autostart: soon", /no wave/u],
  ["- a", /map of settings/u],
])("%j is refused", (text, message) => {
  expect(() => convert(text)).toThrow(
    expect.objectContaining({
      code: "settings-invalid",
      message: expect.stringMatching(message),
      where: expect.objectContaining({ file: "settings.yaml" }),
    }),
  );
});

const back = (compose: string): ReturnType<typeof toLegacy> =>
  toLegacy(readUnitFile(readYaml(compose, "compose.yaml"), {}), { folder: "/units/web", volumes: "/rw/dv/web" });
test("what has a counterpart comes back unchanged", () => {
  const text =
    "image: kst/web\ntag: v1\ncmd: a 'b c'\nenv: [A=1]\ndns: [1.1.1.1]\nlog: journald\nmount_ro: [{/a: /a}, {c: /c}]\nmount_persistent_test_copy: [{/b: /b}]\nmount_devices: [/dev/c]\nautostart: 4,host=x\nfg: 1\nextra_docker: --init";
  const made = convert(text).text;
  const again = back(made);
  expect(again.left).toEqual([]);
  expect(convert(again.text).text).toBe(made);
});

test("a flag of docker run comes back as its key, with its value whole", () => {
  const compose = `services:
  web:
    image: x:1
    entrypoint: ['a b']
    tmpfs: ['/t:size=1m,mode=1777']
    user: 'a b'
    working_dir: "/it's"
    domainname: d.e
    read_only: true
    init: true
    tty: true
    stdin_open: true
    restart: on-failure:3
    labels: {a.b: 'c "d" $$e', e: ''}
    extra_hosts: {h: 1.2.3.4}
    sysctls: {net.ipv4.ip_forward: '1'}
    cap_add: [NET_ADMIN, SYS_TIME]
    cap_drop: [MKNOD]
    security_opt: [no-new-privileges]
    group_add: ['5']
    dns_search: [a.b]
    shm_size: 32m
    mem_limit: 64m
    mem_reservation: 32m
    memswap_limit: -1
    mem_swappiness: 10
    oom_score_adj: -5
    oom_kill_disable: true
    cpus: 0.5
    cpuset: 0-1
    cpu_shares: 512
    cpu_period: 50ms
    cpu_quota: 25000
    blkio_config: {weight: 300, weight_device: [{path: '/a:b', weight: 5}], device_read_bps: [{path: /dev/a, rate: 1m}, {path: /dev/b, rate: 1k}], device_write_iops: [{path: /dev/a, rate: 9}]}
    uts: host
    cgroup: private
    cgroup_parent: /a
    runtime: runc
    device_cgroup_rules: ['c 1:3 rw']
    dns_opt: ['ndots:2']
    expose: ['80', 90-91/udp]
    volumes_from: ['container:a:ro', 'container:b']
    pids_limit: 50
    pid: host
    ipc: host
    userns_mode: host
    stop_signal: INT
    stop_grace_period: 90s
    ulimits: {nofile: {soft: 1, hard: 2}}
    logging: {driver: json-file, options: {max-size: 1m}}
`;
  const made = back(compose);
  expect(made.left).toEqual([]);
  const read = (text: string): unknown => readUnitFile(readYaml(text, "compose.yaml"), {}).base.service;
  expect(read(convert(made.text).text)).toEqual(read(compose));
});

test("a mode's value is whole, and paths of the unit's folder are absolute", () => {
  const { text } = back(
    "services: {web: {environment: {A: 1, B: 1}, volumes: ['./d:/d:ro'], x-cooper: {modes: {test: {environment: {A: 2}}}}}}",
  );
  expect(readYaml(text, "a").value).toEqual({ env: ["A=1", "B=1"], mount_ro: [{ "/units/web/d": "/d" }], test_env: ["A=2", "B=1"] });
});

test("what has none is named", () => {
  const { left } = back(
    "services: {web: {image: x, secrets: [k], healthcheck: {retries: 1}, volumes: ['d:/d'], x-cooper: {after: [db]}}}\nvolumes: {d: }\nsecrets: {k: {file: k}}",
  );
  expect(left).toEqual(["healthcheck", "secrets", "volumes.0", "x-cooper.after"]);
  expect(back("services: {web: {networks: {n: {aliases: [a]}}}}\nnetworks: {n: {external: true}}").left).toEqual(["networks.n.aliases"]);
});
