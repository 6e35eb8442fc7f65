import { afterAll, beforeAll, expect, test } from "vitest";
import { compareContainers } from "../../src/changes/compare.ts";
import type { Engine } from "../../src/engine/open-engine.ts";
import { removeContainer, startContainer, type TestContainer, uniqueName } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

let engine: Engine;
let container: TestContainer;
const image = uniqueName("image");

const SETUP = `
mkdir /opt/d; cd /opt
echo text > file; ln file second; ln file third; cp /bin/true suid; chmod 4755 suid; chown daemon file
ln -s nowhere link; mkfifo pipe; mknod device c 1 3; printf x > "$(printf 'bad\\377')"
echo "host $(hostname) here" > host; echo "$(hostname)" > d/name; echo other > d/other; echo x > secret; mkdir moved; echo m > moved/m
`;
const CHANGE = `
cd /opt
rm second; echo second > second; chown daemon second
chmod 700 file; chown root link -h; ln -sf else link; rm pipe; mknod pipe c 1 3; rm device; mknod device c 1 5
rm "$(printf 'bad\\377')"; mkdir extra; echo x > extra/x; echo y > secret; chmod u-s suid; rm -r moved; echo m > moved
echo noise > /var/log/noise; mkdir -p /usr/lib/__pycache__; echo p > /usr/lib/__pycache__/a.pyc; echo random > /etc/random-key
`;

beforeAll(async () => {
  engine = await testEngine();
  container = await startContainer({ args: ["-v", "/srv/a/volume"] });
  await container.run("sh", "-ec", SETUP);
  await outputOf(["docker", "commit", container.name, image]);
});

afterAll(async () => {
  await removeContainer(container.name);
  await runOnHost(["docker", "rmi", "-f", image]);
});

test("a container and its image are equivalent", async () => {
  const verdict = await compareContainers(engine, container.id, image);
  expect(verdict.differences).toEqual([]);
  expect(verdict).toMatchObject({ equivalent: true, secret: [] });
  expect(verdict.compared).toBeGreaterThan(1000);
  expect(verdict.findings.map(({ code }) => code)).toEqual(["mounts-not-compared"]);
});

test("each difference is told with the fields that differ, noise is counted", async () => {
  await container.run("sh", "-ec", CHANGE);
  const verdict = await compareContainers(engine, container.id, image, { secretPaths: ["/opt/secret"], mayDiffer: ["/etc/random*"] });
  expect(verdict.differences.map(({ path, kind, fields }) => [path, kind, fields.join()])).toEqual([
    ["/opt/bad\udcff", "extra", ""],
    ["/opt/device", "different", "device"],
    ["/opt/extra", "missing", ""],
    ["/opt/extra/x", "missing", ""],
    ["/opt/file", "different", "mode,hardLink"],
    ["/opt/link", "different", "link"],
    ["/opt/moved", "different", "type,mode"],
    ["/opt/moved/m", "extra", ""],
    ["/opt/pipe", "different", "type,device"],
    ["/opt/second", "different", "content,hardLink"],
    ["/opt/suid", "different", "mode"],
    ["/opt/third", "different", "mode,hardLink"],
  ]);
  expect(verdict).toMatchObject({ equivalent: false, secret: ["/opt/secret"] });
  expect(verdict.ignored).toEqual({ "/etc/random*": 1, "/var/log/**": 1, "**/__pycache__/**": 2 });
  expect(verdict.ignoredPaths).toEqual(["/etc/random-key", "/usr/lib/__pycache__", "/usr/lib/__pycache__/a.pyc", "/var/log/noise"]);
});

test("the name of the host that built the image is no difference", async () => {
  const text = 'echo "host $(hostname) here" > /opt/host; echo "$(hostname)" > /opt/name';
  const recorded = await startContainer();
  const built = await startContainer();
  const other = uniqueName("image");
  try {
    await recorded.run("sh", "-ec", `${text}; echo one > /opt/other`);
    await built.run("sh", "-ec", `${text}; echo two > /opt/other`);
    await outputOf(["docker", "commit", built.name, other]);
    const verdict = await compareContainers(engine, recorded.id, other);
    expect(verdict.differences.map(({ path, fields }) => [path, fields])).toEqual([["/opt/other", ["content"]]]);
  } finally {
    await removeContainer(recorded.name);
    await removeContainer(built.name);
    await runOnHost(["docker", "rmi", "-f", other]);
  }
});

test("a comparison that is stopped ends with the reason", async () => {
  const reason = new Error("enough");
  await expect(compareContainers(engine, container.id, image, { signal: AbortSignal.abort(reason) })).rejects.toThrow("enough");
});
