import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { cooperEnvironment, runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const settings = (image: string): string => `services:
  web:
    image: ${image}
    command: [sh, -c, 'echo "$$WORD" > /data/word; exec sleep infinity']
    environment: { WORD: "it's $$here" }
    user: "0"
    working_dir: /tmp
    read_only: true
    tmpfs: [/run]
    ports: ["127.0.0.1::80"]
    volumes: ["./data:/data", "./conf:/conf:ro"]
    cap_drop: [NET_RAW]
    init: true
    mem_limit: 64m
    ulimits: { nofile: 512 }
    labels: { a.b: 'c "d"' }
    x-cooper:
      mounts: { /data: { test: copy } }
`;

function engineTime(): Promise<string> {
  return outputOf(["docker", "info", "--format", "{{.SystemTime}}"]);
}

test("the docker command of a plan makes what was planned; planning changes nothing", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "cooper-test-plan-"));
  const name = uniqueName("plan");
  const folder = path.join(root, name);
  try {
    await mkdir(path.join(folder, "conf"), { recursive: true });
    await writeFile(path.join(folder, "compose.yaml"), settings("debian:bookworm"));
    const env = { COOPER_ROOTS: root, XDG_CONFIG_HOME: root, COOPER_TEST_VOLUMES: `${root}-tests` };
    const since = await engineTime();
    const beside = await runCooper(["plan", name, "--mode", "test", "--json"], { env });
    expect({ exit: beside.exit, ...JSON.parse(beside.stdout) }).toMatchObject({
      exit: 0,
      schema: "cooper.plan/1",
      steps: [{ act: "make-network", name: `test-${name}` }, { act: "make-folder" }, { act: "fill-folder", from: `${folder}/data` }],
      container: {
        name: `test-${name}`,
        mounts: [{ source: `${root}-tests/test-${name}/data` }, { source: `${folder}/conf`, read_only: true }],
      },
    });
    const planned = await runCooper(["plan", name, "--as", "run"], { env });
    expect(planned).toMatchObject({ exit: 0, stderr: "" });
    expect(await readdir(root, { recursive: true })).toEqual(expect.not.arrayContaining([`${name}/data`]));
    expect(await readdir(path.dirname(root))).not.toContain(`${path.basename(root)}-tests`);
    expect(await outputOf(["docker", "ps", "-aq", "--filter", `name=${name}`])).toBe("");
    expect(await outputOf(["docker", "network", "ls", "-q", "--filter", `name=${name}`])).toBe("");
    const names = [`container=${name}`, `network=test-${name}`, `network=${name}`].flatMap((filter) => ["--filter", filter]);
    expect(await outputOf(["docker", "events", "--since", since, "--until", await engineTime(), ...names])).toBe("");

    await mkdir(path.join(folder, "data"));
    const made = await runOnHost(["sh", "-c", planned.stdout], { env: cooperEnvironment() });
    expect(made).toMatchObject({ exit: 0 });
    const [container] = JSON.parse(await outputOf(["docker", "inspect", name]));
    expect(container).toMatchObject({
      Config: { Hostname: name, User: "0", WorkingDir: "/tmp", Labels: { "a.b": 'c "d"', "cooper.unit": name, "cooper.mode": "prod" } },
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: [expect.stringMatching(/NET_RAW$/u)],
        Init: true,
        Memory: 67_108_864,
        Tmpfs: { "/run": "" },
        Ulimits: [{ Name: "nofile", Soft: 512, Hard: 512 }],
      },
    });
    await expect
      .poll(() => outputOf(["docker", "exec", name, "cat", "/data/word"]).catch(() => ""), { timeout: 60_000 })
      .toBe("it's $here");
    const again = await runCooper(["plan", name], { env });
    expect(again.stdout).toContain("a container of this name is there");
  } finally {
    await removeContainer(name);
    await rm(root, { recursive: true, force: true });
  }
});
