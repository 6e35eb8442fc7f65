import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf } from "../support/host-command.ts";
import { SshBench } from "../support/ssh-server.ts";
import { RemoteDesk } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const bench = new SshBench();
const desk = new RemoteDesk({ PATH: `${bench.bin}:${process.env["PATH"] ?? ""}` });
let box: TestContainer | null = null;

beforeAll(async () => {
  const near = await testEngine();
  const environment = { PATH: process.env["PATH"] ?? "", DOCKER_HOST: near.url };
  await bench.open();
  const far = await bench.start("far", { environment, settings: ["MaxSessions 10"] });
  const narrow = await bench.start("narrow", { environment, settings: ["MaxSessions 1"] });
  const jump = await bench.start("jump", { environment });
  await bench.configure([
    `Host build1\n  HostName 127.0.0.1\n  Port ${far}`,
    `Host gate\n  HostName 127.0.0.1\n  Port ${jump}`,
    `Host inner\n  HostName 127.0.0.1\n  Port ${narrow}\n  ProxyCommand ${path.join(bench.bin, "ssh")} -W %h:%p gate`,
  ]);
  box = await startContainer();
  await desk.told(`cooper dev init far --host build1 --no-mount && cooper dev attach ${box.name}`);
});

afterAll(async () => {
  await desk.leave();
  bench.close();
  if (box !== null) await removeContainer(box.name);
});

test("over ssh a command has its bytes, its exit code and its place in the history", async () => {
  const told = await desk.told(
    `dodo printf '%s|' 'two  spaces' "a'b" ''; head -c 3000000 /dev/urandom >big; dodo cat <big | cmp - big && echo same
     dodo sh -c 'exit 42'; echo $?; dodo sh -c 'echo far >/etc/far'; cooper history .`,
  );
  expect(told).toMatch(/^two {2}spaces\|a'b\|\|same\n42\n/);
  expect(told).toContain("1 path created");
});

test("twenty commands at once, where one connection takes ten", async () => {
  const told = await desk.told(`for one in $(seq 20); do dodo echo $one & done | sort -n; wait`);
  expect(told).toBe(Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join(""));
});

test("through a jump host, with more commands at once than one connection takes", async () => {
  const told = await desk.told(
    `cooper dev init inner --host inner --no-mount >/dev/null; cooper dev attach -s inner ${box?.name}; for one in 1 2 3; do dodo -s inner echo "= $one" & done | sort; wait`,
  );
  expect(told).toMatch(/^session inner[^]*= 1\n= 2\n= 3\n$/);
});

test("a port of a container behind ssh is reached by the session's alias, byte for byte", async () => {
  const told = await desk.told(
    `cooper dev ssh-config -s far >/dev/null; config="$XDG_STATE_HOME/cooper/sessions/far/ssh_config"
     dodo -s far perl -e 'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8127, Listen => 1) or die; if (!fork) { my $one = $s->accept; print $one "<", scalar <$one>; close $one }'
     printf 'asked\\n' | ssh -F "$config" -W 127.0.0.1:8127 far | od -An -c`,
  );
  expect(told.replaceAll(/\s+/gu, "")).toBe("<asked\\n");
});

test("a container that is started over ssh is the session's own", async () => {
  const told = await desk.told(
    `cooper dev init made --host build1 --no-mount >/dev/null; cooper dev run --session made --network none debian:bookworm >/dev/null; dodo -s made cat /etc/debian_version
     cooper dev rm made 2>/dev/null; echo $?; cooper dev rm -f made; docker ps -aq --filter label=cooper.session=made`,
  );
  expect(told).toMatch(/^\d+\.\d+\n2\n$/);
});

test("what ssh refuses is told with its remedy, and the exit code is 125", async () => {
  await outputOf(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path.join(desk.folder, "other")]);
  writeFileSync(path.join(desk.folder, "known"), "");
  const { stdout, stderr } = await desk.bash(
    `cooper dev init gone --host 127.0.0.1.invalid --no-mount >/dev/null; cooper dev attach -s gone x; echo $?; dodo -s gone true; echo $?`,
  );
  expect(stdout).toBe("3\n125\n");
  expect(stderr).toContain("cooper dev attach");
});
