import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { RemoteDesk } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const desk = new RemoteDesk();
const image = uniqueName("bare");
const bare = uniqueName("bare-box");
const locked = uniqueName("locked-box");

beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cooper-bare-"));
  copyFileSync(await outputOf(["sh", "-c", "command -v busybox"]), path.join(folder, "tool"));
  // Busybox is what its name says: one program, and no shell for anybody to find.
  writeFileSync(
    path.join(folder, "Dockerfile"),
    'FROM scratch\nCOPY tool /cat\nCOPY tool /env\nCOPY tool /sleep\nCMD ["/sleep", "1000000"]\n',
  );
  await outputOf(["docker", "build", "-q", "-t", image, folder], { env: { DOCKER_BUILDKIT: "0" } });
  rmSync(folder, { recursive: true });
  await outputOf(["docker", "run", "-d", "--network", "none", "--name", bare, image]);
  const hardened = ["--network", "none", "--read-only", "--user", "1234:1234", "--cap-drop", "ALL"];
  await outputOf(["docker", "run", "-d", ...hardened, "--name", locked, "debian:bookworm", "sleep", "1000000"]);
  await desk.told(
    `cooper dev init bare --no-mount; cooper dev attach -s bare ${bare}; cooper dev init locked --no-mount; cooper dev attach -s locked ${locked}`,
  );
});

afterAll(async () => {
  await desk.leave();
  await runOnHost(["docker", "rm", "-f", "-v", bare, locked]);
  await runOnHost(["docker", "rmi", "-f", image]);
});

test("an image with one static program and no shell", async () => {
  const told = await desk.bash(
    `head -c 100000 /dev/urandom >data; dodo -s bare /cat <data | cmp - data && echo same; dodo -s bare -e 'A=b c' /env | grep ^A=; dodo -s bare /none 2>/dev/null; echo $?
     dodo -s bare cd / 2>/dev/null; echo $?; words+=(-s bare); "\${words[@]}" /sleep 3031 & one=$!; until docker top ${bare} | grep -q "sleep 3031"; do sleep 0.1; done; kill -INT $one; wait $one; echo $?; cooper history ${bare}`,
  );
  expect(told.stdout).toMatch(/^same\nA=b c\n127\n125\n(130|137)\n/);
  expect(told.stdout).toContain("/sleep 3031");
});

test("another user, a root that nobody can write, and no network", async () => {
  const told = await desk.told(
    `dodo -s locked id -u; dodo -s locked export A=1; dodo -s locked sh -c 'echo $A'; dodo -s locked cd /var/lib; dodo -s locked pwd; dodo -s locked sh -c 'echo x >/etc/x' 2>/dev/null; echo $?`,
  );
  expect(told).toBe("1234\n1\n/var/lib\n2\n");
});

test("secrets are neither taken from a command line nor shown", async () => {
  const told = await desk.bash(
    `cooper dev export -s locked DB_PASSWORD=hunter2hunter 2>/dev/null; echo $?; DB_PASSWORD=hunter2hunter cooper dev export -s locked DB_PASSWORD; cooper dev env -s locked
     dodo -s locked sh -c 'echo \${#DB_PASSWORD}'; cooper history ${locked} --json | grep -c hunter2; cooper dev export -s locked DB_PASSWORD=; dodo -s locked sh -c 'echo [$DB_PASSWORD]'`,
  );
  expect(told.stdout).toBe("2\nexport A=1\nexport DB_PASSWORD='***'\n13\n0\n[]\n");
});
