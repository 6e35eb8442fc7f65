import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { SshBench } from "../support/ssh-server.ts";
import { placeStandInNerdctl } from "../support/stand-in-nerdctl.ts";
import { canMount, processesOf, RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 });

const bench = new SshBench();
const search = `${bench.bin}:${process.env["PATH"] ?? ""}`;
const desk = new RemoteDesk({ PATH: search, DOCKER_HOST: "unix:///none" });
let box: TestContainer | null = null;

beforeAll(async () => {
  await bench.open();
  await placeStandInNerdctl(bench.bin);
  const port = await bench.start("far", { environment: { PATH: search } });
  await bench.configure([`Host build1\n  HostName 127.0.0.1\n  Port ${port}`]);
  box = await startContainer();
});

afterAll(async () => {
  await desk.leave();
  bench.close();
  if (box !== null) await removeContainer(box.name);
});

test("a session by nerdctl's words alone: streams, exit code, surroundings, files, the history", async () => {
  const outcome = await desk.bash(
    `set -e; cooper dev init near --docker nerdctl >/dev/null; cooper dev attach -s near ${box?.name} >/dev/null
     dodo -s near sh -c 'echo near >/etc/near; echo said >&2; exit 7' 2>said || echo "exit $?"; cat said
     head -c 300000 /dev/urandom >bytes; dodo -s near cat <bytes | cmp - bytes && echo same
     dodo -s near export WORD=kept; dodo -s near sh -c 'echo $WORD'
     cooper dev cp bytes :/tmp/bytes -s near; dodo -s near cat /tmp/bytes | cmp - bytes && echo copied
     export -f dodo; script -qec "stty cols 91 rows 33; dodo -s near sh -c 'until stty size | grep \\"33 91\\"; do sleep 0.1; done; exit 4'; echo exit \\$?" /dev/null | tr -d '\\r'
     cooper replay . -o made >/dev/null; grep -c near made/Dockerfile; cooper dev status -s near`,
  );
  // A terminal without a person at it shows the end of its input.
  expect(outcome.stdout.replaceAll(/\^[@D]|[\b\0]/gu, "")).toMatch(/^exit 7\nsaid\nsame\nkept\ncopied\n33 91\nexit 4\n/);
  expect(outcome.stdout).toContain("nerdctl://");
  if (canMount(outcome))
    expect(await desk.told("cat container/etc/near; echo edited >container/etc/edited; dodo -s near cat /etc/edited")).toBe(
      "near\nedited\n",
    );
});

test("^C ends the command in the container", async () => {
  const said = path.join(desk.folder, "said");
  const ended = desk.bash(
    `"\${words[@]}" -s near sh -c 'echo begun; exec sleep 4321' >${said} & one=$!; until grep -q begun ${said}; do sleep 0.1; done; kill -INT $one; wait $one`,
  );
  expect((await ended).exit).toBe(130);
  await until(async () => !(await processesOf(box)).includes("sleep 4321"), "the end of the command");
});

test("the same behind ssh, with a container of its own", async () => {
  const told = await desk.told(
    `cooper dev init far --docker nerdctl --host build1 --no-mount >/dev/null; cooper dev run --session far --network none debian:bookworm >/dev/null
     dodo -s far sh -c 'echo far >/etc/far; exit 5' || echo "exit $?"; head -c 100000 /dev/urandom >far-bytes; dodo -s far cat <far-bytes | cmp - far-bytes && echo same
     cooper -H nerdctl+ssh://build1 exec $(cooper dev status -s far --json | grep -o '"container": "[^"]*' | cut -d'"' -f4) cat /etc/far
     cooper dev history -s far; cooper dev rm -f far; nerdctl ps -a -q --filter label=cooper.session=far`,
  );
  expect(told).toMatch(/^exit 5\nsame\nfar\n/);
  expect(told).toContain("# 1 path created");
  expect(told).toContain("echo far >/etc/far");
  expect(told.trimEnd().split("\n").at(-1)).not.toMatch(/^[0-9a-f]{12}$/);
});
