import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { cooperEnvironment, runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { asked, type Asked, unwritten } from "./export-support.ts";

const SECRET = { API_TOKEN: "abcdef123456" };

test("a container that is made again from its exported definition is the same for the engine", { timeout: 240_000 }, async () => {
  const root = await mkdtemp(path.join(tmpdir(), "cooper-test-export-"));
  const name = uniqueName("export");
  const env = { COOPER_ROOTS: root, XDG_CONFIG_HOME: root, ...SECRET };
  const exported = async (form: string, exit: number, ...more: readonly string[]): Promise<string> => {
    const made = await runCooper(["export", name, "--as", form, ...more], { env });
    expect({ exit: made.exit, stderr: made.stderr }).toMatchObject({ exit });
    return made.stdout;
  };
  const again = async (command: string): Promise<Asked> => {
    await removeContainer(name);
    expect(await runOnHost(["sh", "-c", command], { env: cooperEnvironment(env) })).toMatchObject({ exit: 0 });
    return asked(name);
  };
  const planned = async (file: string, text: string): Promise<Asked> => {
    await rm(path.join(root, name), { recursive: true, force: true });
    await mkdir(path.join(root, name));
    await writeFile(path.join(root, name, file), text);
    const plan = await runCooper(["plan", name, "--as", "run"], { env });
    expect(plan).toMatchObject({ exit: 0, stderr: "" });
    return again(plan.stdout);
  };
  try {
    await mkdir(path.join(root, "a b"));
    await outputOf(["docker", "network", "create", name]);
    await outputOf(["docker", "volume", "create", name]);
    const mounts = ["-v", `${root}/a b:/x:ro`, "--mount", `type=bind,source=${root},target=/y,readonly`, "--tmpfs", "/t:size=1m"];
    const plain = "-u 0:0 -w /tmp -e A=1 -p 127.0.0.1::80/udp --cap-add NET_ADMIN --cap-drop MKNOD --init";
    const limits = "--read-only -m 64m --pids-limit 50 --ulimit nofile=100:200 --shm-size 32m --restart on-failure:3 --stop-timeout 3";
    const more = "--log-driver json-file --log-opt max-size=1m --stop-signal INT --add-host a:1.2.3.4 --dns 1.1.1.1 --group-add 5 -t -i";
    const odd = ["-e", 'B=it\'s $x "q"', "-e", `API_TOKEN=${SECRET.API_TOKEN}`, "-l", 'a.b=c "d" $e'];
    const common = [...`${plain} ${limits} ${more}`.split(" "), "--hostname", "h1", ...odd, ...mounts, "--network", name];
    const process = ["--entrypoint", "sh", "debian:bookworm", "-c", "echo '$HOME' \"%d\"; exec sleep infinity"];

    await outputOf(["docker", "run", "-d", "--name", name, ...common, ...process]);
    const settled = await asked(name);
    const settings = await exported("settings", 0);
    expect(settings).not.toContain(SECRET.API_TOKEN);
    expect(unwritten(await planned("settings.yaml", settings))).toEqual(unwritten(settled));

    await removeContainer(name);
    const health = [
      "--network-alias",
      "other",
      "--health-cmd",
      "test -e /",
      "--health-interval",
      "90s",
      "-v",
      `${name}:/v`,
      "-v",
      "/nameless",
    ];
    await outputOf(["docker", "run", "-d", "--name", name, ...common, ...health, ...process]);
    const before = await asked(name);
    const [run, compose, stack] = [await exported("run", 0), await exported("compose", 0), await exported("stack", 4)];
    expect(await exported("compose", 0, "--secrets")).toContain(SECRET.API_TOKEN);
    expect(`${run}${compose}${stack}`).not.toContain(SECRET.API_TOKEN);
    expect(await again(run)).toEqual(before);
    expect(unwritten(await planned("compose.yaml", compose))).toEqual(unwritten(before));
  } finally {
    await removeContainer(name);
    await runOnHost(["docker", "volume", "rm", "-f", name]);
    await runOnHost(["docker", "network", "rm", name]);
    await rm(root, { recursive: true, force: true });
  }
});
