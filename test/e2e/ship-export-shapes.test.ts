import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { asked } from "./export-support.ts";

const name = uniqueName("shape");
const other = uniqueName("shape-other");
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "cooper-test-shape-"));
  await outputOf(["docker", "network", "create", name]);
  await outputOf(["docker", "volume", "create", name]);
  await outputOf(["docker", "create", "--name", other, "--network", name, "-v", "/theirs", "debian:bookworm", "true"]);
  await outputOf(["docker", "start", other]);
});

afterAll(async () => {
  for (const one of [name, other]) await removeContainer(one);
  await runOnHost(["docker", "volume", "rm", "-f", name]);
  await runOnHost(["docker", "network", "rm", name]);
  await rm(folder, { recursive: true, force: true });
});

const each = (flag: string, values: readonly string[]): readonly string[] => values.flatMap((value) => [flag, value]);
const words = (text: string): readonly string[] => text.split(" ");

/** Flags of docker create, by what they ask for. */
const SHAPES: readonly (readonly [string, () => readonly string[]])[] = [
  [
    "limits and devices",
    () => [
      ...words(
        "--memory 64m --memory-swap -1 --memory-reservation 32m --memory-swappiness 10 --oom-score-adj 100 --cpu-shares 512 --cpus 0.25",
      ),
      ...words(
        "--cpuset-cpus 0 --cpuset-mems 0 --pids-limit 0 --ulimit core=-1 --ulimit nofile=100:200 --shm-size 1g --cgroup-parent /cooper-test",
      ),
      ...words("--device /dev/null:/dev/other:r --device /dev/zero --blkio-weight 300 --blkio-weight-device /dev/null:200"),
      ...words(
        "--device-read-bps /dev/null:1mb --device-write-bps /dev/null:2mb --device-read-iops /dev/null:5 --device-write-iops /dev/null:6",
      ),
      ...each("--device-cgroup-rule", ["c 1:3 rw", "b *:* m"]),
      ...each("--gpus", ['"device=0,1",capabilities=compute']),
    ],
  ],
  [
    "namespaces, powers and restarts",
    () => [
      ...words(
        "--pid host --ipc shareable --uts host --userns host --cgroupns host --privileged --restart unless-stopped --stop-timeout -1",
      ),
      ...words(
        "--security-opt no-new-privileges --security-opt apparmor=unconfined --cap-add ALL --cap-drop NET_RAW --stop-signal SIGRTMIN+3 --init",
      ),
      ...words("--log-driver local --log-opt max-file=2 --user nobody:nogroup --group-add 5 --group-add audio --no-healthcheck"),
    ],
  ],
  [
    "another container's namespaces",
    () => words(`--network container:${other} --pid container:${other} --ipc container:${other} --volumes-from ${other}:ro`),
  ],
  [
    "odd bytes",
    () => [
      ...each("-e", ["A=", "B= a\n\tb ", "C=\u001b[2J\r\u202e", 'D=$X ${Y} $(z) `w` "v" \\', "#=1", "E=\u2028é😀"]),
      ...each("-l", ["a=b=c", "empty", "l=one\ntwo", "y=no", "o=0o17", "s= x ", "p=%d", "u=\u200b\u0085"]),
      ...words("--health-interval 1500ms --health-start-period 2s --log-opt tag={{.Name}}/{{.ID}}"),
      ...each("--health-cmd", ['test -e "/a b" && echo $HOME']),
      ...each("-v", [`${folder}:/it's "x" $y`]),
      ...each("--sysctl", ["net.ipv4.ping_group_range=0 10"]),
      ...each("-w", ["/a b"]),
    ],
  ],
  [
    "mounts",
    () => [
      ...words(`-v ${folder}:/a:ro,rslave -v ${name}:/b:nocopy -v /c -v ${folder}:/e:z --tmpfs /t1 --tmpfs /t2:size=1m,mode=1777,noexec`),
      ...words(
        `--mount type=bind,src=${folder},dst=/f,bind-propagation=rslave,readonly --mount type=bind,src=${folder},dst=/n,bind-nonrecursive`,
      ),
      ...words(
        `--mount type=volume,src=${name},dst=/g,volume-nocopy --mount type=volume,dst=/h --mount type=tmpfs,dst=/i,tmpfs-size=1048576,tmpfs-mode=0700`,
      ),
      ...words("--mount type=volume,dst=/j,volume-driver=local,volume-label=a=b,volume-opt=type=tmpfs,volume-opt=device=tmpfs"),
    ],
  ],
  [
    "networks",
    () => [
      ...words(
        `--network ${name} --network-alias one --network-alias two --link ${other}:db --hostname web.example.com --domainname example.org`,
      ),
      ...words(
        "--add-host a:1.2.3.4 --add-host b:::1 --add-host h:host-gateway --dns 8.8.8.8 --dns 2001:db8::1 --dns-search a.b --dns-option ndots:2",
      ),
      ...words(
        "-p 80 -p 127.0.0.1:18081:81/udp -p 127.0.0.1::83 -p [::1]:18085:85 -p 0.0.0.0:18088:88 -p 19000-19001:19000-19001 --expose 99/sctp -P",
      ),
    ],
  ],
];

test.each(SHAPES)("docker run of a container with %s makes the same again", { timeout: 120_000 }, async (_, flags) => {
  await removeContainer(name);
  await outputOf(["docker", "create", "--name", name, ...flags(), "debian:bookworm", "sh", "-c", "a\nb # c\n\n  d: x", "", "-v"]);
  const before = await asked(name);
  const exported = await runCooper(["export", name, "--as", "run", "--secrets"]);
  expect(exported).toMatchObject({ exit: 0, stderr: "" });
  await removeContainer(name);
  // What it is asked for does not depend on whether it runs.
  expect(await runOnHost(["sh", "-c", exported.stdout.replace("docker run --detach", "docker create")])).toMatchObject({ exit: 0 });
  expect(await asked(name)).toEqual(before);
});
