import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { startLoneEngine } from "../support/lone-engine.ts";

/** What the engine was asked for, less what a Swarm's tasks have by themselves, and where a Swarm keeps it in its service. */
async function asked(engine: readonly string[], name: string): Promise<unknown> {
  const [{ Config, HostConfig, Mounts }] = JSON.parse(await outputOf([...engine, "inspect", name]));
  const labels = Object.entries(Object(Config.Labels)).filter(([label]) => !label.startsWith("com.docker."));
  const { Env, Cmd, Entrypoint, User, WorkingDir, Tty, OpenStdin, Healthcheck, StopSignal } = Config;
  const { CapAdd, CapDrop, Dns, DnsSearch, ExtraHosts, Init, LogConfig, Memory, NanoCpus, PidsLimit, ReadonlyRootfs, Sysctls, Ulimits } =
    HostConfig;
  const mounts = Mounts.map(({ Type, Source, Destination, RW }: Record<string, unknown>) => [
    Type,
    Type === "bind" ? Source : "",
    Destination,
    RW,
  ]);
  return {
    config: { Env: Env.toSorted(), Cmd, Entrypoint, User, WorkingDir, Tty, OpenStdin, Healthcheck, StopSignal, labels },
    host: { CapAdd, CapDrop, Dns, DnsSearch, ExtraHosts, Init, LogConfig, Memory, NanoCpus, PidsLimit, ReadonlyRootfs, Sysctls, Ulimits },
    network: HostConfig.NetworkMode,
    mounts: mounts.filter(([type]: readonly string[]) => type !== "tmpfs").toSorted(),
  };
}

test("a Swarm that is given the exported stack runs the same container", { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "cooper-test-stack-"));
  const name = uniqueName("stack");
  const engine = await startLoneEngine({ before: "ip link set lo up" });
  const swarm = ["docker", "-H", engine.host];
  try {
    for (const program of ["sh", "sleep"]) await copyFile(await outputOf(["sh", "-c", "command -v busybox"]), path.join(folder, program));
    await writeFile(path.join(folder, "Dockerfile"), "FROM scratch\nCOPY sh /sh\nCOPY sleep /sleep\nENV FROM_IMAGE=1\n");
    await outputOf(["docker", "build", "-q", "-t", name, folder]);
    await outputOf(["docker", "save", "-o", path.join(folder, "image.tar"), name]);
    await outputOf([...swarm, "load", "-q", "-i", path.join(folder, "image.tar")]);
    await outputOf([...swarm, "swarm", "init", "--advertise-addr", "127.0.0.1"]);
    await outputOf([...swarm, "volume", "create", name]);

    const plain =
      "--network host -u 7:8 -w /v --read-only -m 64m --cpus 0.5 --pids-limit 50 --add-host a:1.2.3.4 --dns 1.1.1.1 --dns-search a.b -i -t";
    const more =
      "--ulimit nofile=100:200 --tmpfs /t:size=1m --restart on-failure:3 --stop-timeout 7 --stop-signal INT --cap-add NET_ADMIN --cap-drop MKNOD --init";
    const further = "--log-driver json-file --log-opt max-size=1m --sysctl kernel.msgmax=65000 --health-interval 90s --health-cmd".split(
      " ",
    );
    const odd = ["-l", 'a.b=c "d" $e', "-e", 'B=it\'s $x "q" %d\n', "-v", `${folder}:/x:ro`, "-v", `${name}:/v`];
    const process = ["--entrypoint", "/sh", name, "-c", "exec sleep 1000", "", "${y}"];
    await outputOf(["docker", "create", "--name", name, ...`${plain} ${more}`.split(" "), ...further, "test -e /", ...odd, ...process]);

    const file = path.join(folder, "stack.yaml");
    expect(await runCooper(["export", name, "--as", "stack", "-o", file])).toMatchObject({ exit: 0, stderr: "" });
    await outputOf([...swarm, "stack", "deploy", "-c", file, "made"]);
    const running = async (): Promise<string> => (await runOnHost([...swarm, "ps", "-q"])).stdout.trim();
    await expect.poll(running, { timeout: 60_000 }).not.toBe("");
    expect(await asked(swarm, await running())).toEqual(await asked(["docker"], name));

    const [{ Spec: spec }] = JSON.parse(await outputOf([...swarm, "service", "inspect", `made_${name}`]));
    expect(spec.TaskTemplate).toMatchObject({
      ContainerSpec: {
        StopGracePeriod: 7e9,
        Mounts: expect.arrayContaining([{ Type: "tmpfs", Target: "/t", TmpfsOptions: { SizeBytes: 1_048_576 } }]),
      },
      RestartPolicy: { Condition: "on-failure", MaxAttempts: 3 },
    });
    expect(spec.Mode).toEqual({ Replicated: { Replicas: 1 } });
  } finally {
    await runOnHost([...swarm, "swarm", "leave", "--force"]);
    await engine.stop();
    await removeContainer(name);
    await runOnHost(["docker", "volume", "rm", "-f", name]);
    await runOnHost(["docker", "rmi", "-f", name]);
    await rm(folder, { recursive: true, force: true });
  }
});
