import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { type HostOutcome, outputOf, runOnHost } from "../support/host-command.ts";

/** Answers HTTP with its version; `poor` only where it is tested, `bad` not even there. */
const SERVER = `#!/usr/bin/perl
use IO::Socket::INET;
my ($version) = map { chomp; $_ } do { local @ARGV = ("/etc/version"); <> };
exit 3 if $version eq "bad" || ($version eq "poor" && !$ENV{TESTED});
open my $log, ">>", "/data/log"; print $log "$version\\n"; close $log;
my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die;
while (my $c = $s->accept) { 1 while defined($_ = <$c>) && /\\S/; print $c "HTTP/1.0 200 OK\\r\\n\\r\\n$version"; close $c }
`;
const SETTINGS = `services:
  web:
    stop_signal: SIGKILL
    ports: ["80"]
    volumes: ["./data:/data"]
    x-cooper:
      mounts: { /data: { test: empty, prod_ready: copy } }
      modes: { test: { environment: { TESTED: "1" } } }
`;
const LIBRARY_TEST = `import test from "node:test";
import { cookie, exchange, expectChange, expectExchange, expectFile, expectInside, expectWeb, instance } from "cooper/test";
const web = await instance();
const version = await expectFile(web, "/etc/version", { is: /\\w/ });
test("page", async () => { await expectWeb(web, { port: 80, is: [version.trim(), "other"] }); });
test("socket", async () => {
  await expectExchange(web, { port: 80, send: "GET / HTTP/1.0\\r\\n\\r\\n", is: "200 OK" });
  if (!(await exchange(web, { port: 80, send: "\\r\\n" })).toString().includes(version.trim())) throw new Error("no version");
});
test("inside", () => expectInside(web, ["/usr/bin/perl", "-e", "print 6*7"], { is: "42" }));
test("writable layer", async () => {
  const word = cookie();
  await expectChange(web, "/" + word, { is: null });
  await expectInside(web, ["/usr/bin/touch", "/" + word], { is: "" });
  await expectChange(web, "/" + word, { is: "created" });
  await expectFile(web, "/none", { is: null });
});
`;
const PROGRAM_TEST = `#!/bin/sh
test -d "$COOPER_COW" -o "$(id -u)" != 0 || exit 1
test "$(docker inspect -f '{{.Image}}' "$COOPER_CONTAINER")" = "$COOPER_IMAGE" || exit 2
test -n "$COOPER_IP" && test "$(cat "$COOPER_VOLUME"/*/log | wc -l)" = "\${LINES_WANTED:-1}" || exit 3
`;

let name: string;
let root: TempFolder;
let env: Readonly<Record<string, string>>;
let folder: string;
let refused: string[];

async function put(path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  if (text.startsWith("#!")) await chmod(file, 0o755);
}

beforeEach(async () => {
  name = uniqueName("web");
  refused = [];
  root = await makeTempFolder("cooper-release-");
  folder = join(root.path, "units", name);
  env = {
    COOPER_ROOTS: dirname(folder),
    COOPER_STATE: join(root.path, "state"),
    COOPER_TEST_VOLUMES: join(root.path, "test-volumes"),
    XDG_CONFIG_HOME: root.path,
  };
  await runCooper(["new", name], { env });
  await put("compose.yaml", SETTINGS.replace("web:", `${name}:`));
  await put("Dockerfile", 'FROM debian:bookworm\nCOPY files/ /\nEXPOSE 80\nCMD ["/serve"]\n');
  await put("files/serve", SERVER);
  await put("tests/starts.test.mjs", LIBRARY_TEST);
  await put("tests/environment", PROGRAM_TEST);
  await put("tests/prod/look", '#!/bin/sh\ntest "$COOPER_TEST" != stand-alone\n');
  await put("acceptance.yaml", "version: 1\nports: [{ port: 80 }]\nhttp: [{ port: 80, path: /, status: 200 }]\n");
});
afterEach(async () => {
  await Promise.all([name, `test-${name}`].map(removeContainer));
  await runOnHost(["docker", "network", "rm", `test-${name}`]);
  const tags = await outputOf(["docker", "images", "--format", "{{.Repository}}:{{.Tag}}", name]);
  await runOnHost(["docker", "rmi", ...tags.split("\n")]);
  // Those that were refused have no tag any more.
  await runOnHost(["docker", "rmi", ...refused]);
  await root.remove();
});

function cooper(...words: readonly string[]): Promise<HostOutcome> {
  return runCooper(words, { env, cwd: folder });
}

/** Id of the container, and what it serves. */
async function serving(): Promise<readonly [string, string]> {
  const [id = "", port = ""] = (
    await outputOf(["docker", "inspect", "--format", '{{.Id}} {{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}', name])
  ).split(" ");
  return [id, await (await fetch(`http://127.0.0.1:${port}/`)).text()];
}

test("from the source to a release, on, and back", { timeout: 300_000 }, async () => {
  await put("files/etc/version", "one\n");
  expect(await cooper("build", "--json")).toMatchObject({ exit: 0, stdout: expect.stringContaining(`"reference": "${name}:latest"`) });
  expect(await cooper("promote")).toMatchObject({ exit: 1, stderr: expect.stringContaining("image-untested") });
  const tested = await cooper("test", "--format", "tap");
  expect({ exit: tested.exit, failed: tested.stdout.match(/^not ok.*(?:\n .*)*/gmu), stderr: tested.stderr }).toMatchObject({
    exit: 0,
    failed: null,
  });
  expect(tested.stdout).toContain("1..7\n");
  expect(await cooper("promote")).toMatchObject({ exit: 0, stdout: expect.stringContaining("release 1") });
  expect(await cooper("up")).toMatchObject({ exit: 0 });
  const [first, one] = await serving();
  expect(one).toBe("one");

  // Tests write beside production, and a copy of its data is a copy.
  const ready = await runCooper(["test", "--prod-ready", "--format", "junit"], { env: { ...env, LINES_WANTED: "2" }, cwd: folder });
  expect({ exit: ready.exit, failures: /failures="\d+"/u.exec(ready.stdout)?.[0] }).toEqual({ exit: 0, failures: 'failures="0"' });
  expect(await cooper("test", "--in-prod")).toMatchObject({ exit: 0, stdout: expect.stringContaining("ok tests/prod/look") });
  expect(await readFile(join(folder, "data", "log"), "utf8")).toBe("one\n");

  await put("files/etc/version", "two\n");
  expect(await cooper("upgrade")).toMatchObject({ exit: 0, stdout: expect.stringContaining("(release 2) is live, before it") });
  expect((await serving())[1]).toBe("two");

  // What its tests refuse is not promoted, what production refuses is taken back: in both cases the very same container serves.
  const [second] = await serving();
  expect(second).not.toBe(first);
  for (const [version, exit] of [
    ["bad", 1],
    ["poor", 6],
  ] as const) {
    await put("files/etc/version", `${version}\n`);
    expect(await cooper("upgrade")).toMatchObject({ exit });
    refused.push(await outputOf(["docker", "image", "inspect", "--format", "{{.Id}}", `${name}:latest`]));
    expect(await serving()).toEqual([second, "two"]);
  }
  const { stdout } = await cooper("releases", "--json");
  expect(JSON.parse(stdout).units[0].releases).toMatchObject([
    { number: 3, withdrawn: "rolled-back", isCurrent: false },
    { number: 2, withdrawn: null, isCurrent: true },
    { number: 1, withdrawn: null, isCurrent: false, isThere: true },
  ]);

  expect(await cooper("rollback")).toMatchObject({ exit: 0, stdout: expect.stringContaining("back to") });
  expect((await serving())[1]).toBe("one");
  expect(await cooper("rollback")).toMatchObject({ exit: 2, stderr: expect.stringContaining("release-unknown") });
  expect(await cooper("rollback", name, "0")).toMatchObject({ exit: 2 });
  const ids = await Promise.all(
    ["live", "release-1"].map((tag) => outputOf(["docker", "image", "inspect", "-f", "{{.Id}}", `${name}:${tag}`])),
  );
  expect(ids[0]).toBe(ids[1]);
});

test("no tests is no pass, and is promoted only when that is said", { timeout: 240_000 }, async () => {
  const bare = `${name}-bare`;
  const own = join(dirname(folder), bare);
  try {
    expect(await runCooper(["new", bare, "--base", "debian:bookworm"], { env })).toMatchObject({ exit: 0 });
    const make = ["make", "-C", own, `COOPER=${process.execPath} ${cooperProgram()}`, "test", "install"];
    const made = await runOnHost(make, { env: cooperEnvironment(env) });
    expect(made).toMatchObject({ exit: 0, stdout: expect.stringContaining("(release 1) is live") });
    await runOnHost(["rm", join(own, "tests", "starts.test.mjs")]);
    await runOnHost(
      [
        "sh",
        "-c",
        `printf '#!/bin/sh\\nset -e\\necho made > files/made\\ndocker build -q -t "$COOPER_IMAGE" .\\n' > Build && chmod +x Build`,
      ],
      { cwd: own },
    );
    const all = await runCooper(["build", "-a", bare], { env });
    expect(all).toMatchObject({ exit: 1, stdout: expect.stringContaining("no tests, which is no pass") });
    expect(await runCooper(["promote", bare], { env })).toMatchObject({ exit: 1, stderr: expect.stringContaining("it has no tests") });
    expect(await runCooper(["build", "-a", "--allow-untested", bare], { env })).toMatchObject({ exit: 0 });
    expect(await outputOf(["docker", "run", "--rm", "--network", "none", `${bare}:live`, "cat", "/made"])).toBe("made");
    expect(await outputOf(["docker", "images", "-q", `${bare}:cooper-build*`])).toBe("");
  } finally {
    await runOnHost(["docker", "rmi", ...["latest", "live", "prev", "release-1", "release-2"].map((tag) => `${bare}:${tag}`)]);
  }
});
