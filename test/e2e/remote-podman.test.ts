import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";
import { SshBench } from "../support/ssh-server.ts";
import { placeStandInPodman } from "../support/stand-in-podman.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const bench = new SshBench();
const temporary = mkdtempSync("/tmp/cooper-pod-");
const search = `${bench.bin}:${process.env["PATH"] ?? ""}`;
const desk = new RemoteDesk({ PATH: search, TMPDIR: temporary, DOCKER_HOST: "unix:///none" });
let box: TestContainer | null = null;

beforeAll(async () => {
  await bench.open();
  await placeStandInPodman(bench.bin);
  const port = await bench.start("far", { environment: { PATH: search } });
  await bench.configure([`Host build1\n  HostName 127.0.0.1\n  Port ${port}`]);
  box = await startContainer();
});

afterAll(async () => {
  await desk.leave();
  bench.close();
  rmSync(temporary, { recursive: true, force: true });
  if (box !== null) await removeContainer(box.name);
});

/** Folders of services that are there; all of them go with who asked. */
const services = (): readonly string[] => readdirSync(temporary).filter((name) => name.startsWith("cooper-podman-"));

test("a session by podman's command: commands, files, the history, and nothing is left", async () => {
  const told = await desk.told(
    `cooper dev init near --docker podman >/dev/null; cooper dev attach -s near ${box?.name} >/dev/null
     dodo -s near sh -c 'echo near >/etc/near'; cat container/etc/near; echo edited >container/etc/edited; dodo -s near cat /etc/edited; cooper dev status -s near
     cooper replay . -o made >/dev/null; cat made/Dockerfile; cooper dev rm near`,
  );
  expect(told).toMatch(/^near\nedited\n/);
  expect(told).toContain("podman://");
  expect(told).toContain("COPY rootfs/etc/edited /etc/edited");
  await until(() => Promise.resolve(services().length === 0), "the end of the services");
});

test("the same behind ssh, for a session and for any other verb", async () => {
  const told = await desk.told(
    `cooper dev init far --docker podman --host build1 --no-mount >/dev/null; cooper dev run --session far --network none debian:bookworm >/dev/null
     dodo -s far sh -c 'echo far >/etc/far'; cooper -H podman+ssh://build1 exec $(cooper dev status -s far --json | grep -o '"container": "[^"]*' | cut -d'"' -f4) cat /etc/far
     cooper dev history -s far; cooper dev rm -f far; podman ps -aq --filter label=cooper.session=far`,
  );
  expect(told).toMatch(/^far\n/);
  expect(told).toContain("# 1 path created");
  await until(() => Promise.resolve(services().length === 0), "the end of the services");
});

test("what podman says is told where it cannot serve", async () => {
  const folder = path.join(desk.folder, "broken");
  await outputOf(["mkdir", folder]);
  writeFileSync(path.join(folder, "podman"), "#!/bin/sh\necho 'no space left' >&2\nexit 1\n", { mode: 0o755 });
  const { exit, stderr } = await desk.bash(`PATH=${folder}:$PATH; cooper -H podman:// ps`);
  expect(exit).toBe(3);
  expect(stderr).toContain("no space left");
  expect(stderr).toContain("podman version");
});
