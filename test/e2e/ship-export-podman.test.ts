import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { removeContainer, uniqueName } from "../support/container.ts";
import { outputOf } from "../support/host-command.ts";
import { podmanWords } from "../support/quadlet.ts";

const PROGRAMS = ["sh", "sleep"];

/** What a container's first process was started with; what each engine adds by itself is left out. */
async function startedWith(engine: readonly string[], name: string): Promise<unknown> {
  const pid = await outputOf([...engine, "inspect", "--format", "{{.State.Pid}}", name]);
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, "utf8");
  const environment = (await read("environ")).split("\0").filter((one) => one !== "" && !/^(?:container|TERM|HOME|HOSTNAME)=/.test(one));
  const limits = (await read("limits")).split("\n").filter((line) => /^Max (?:core|open)/.test(line));
  const identity = (await read("status")).split("\n").filter((line) => /^(?:Uid|Gid|NoNewPrivs):/.test(line));
  return { words: (await read("cmdline")).split("\0"), environment: environment.toSorted(), limits, identity };
}

/** What the engine says of it, where both use the same words. */
async function toldOf(engine: readonly string[], name: string): Promise<Readonly<Record<string, unknown>>> {
  const [{ Config, HostConfig, Mounts }] = JSON.parse(await outputOf([...engine, "inspect", name]));
  const mounts = Mounts.filter(({ Type }: Record<string, unknown>) => Type !== "tmpfs").map((mount: Record<string, unknown>) => [
    mount["Type"],
    mount["Destination"],
    mount["Type"] === "bind" ? mount["Source"] : mount["Name"],
    mount["RW"],
  ]);
  const labels = Object.fromEntries(Object.entries(Object(Config.Labels)).filter(([label]) => !label.startsWith("io.buildah")));
  return {
    labels,
    hostname: Config.Hostname,
    user: Config.User,
    folder: Config.WorkingDir,
    terminal: [Config.Tty, Config.OpenStdin],
    health: Config.Healthcheck,
    readOnly: HostConfig.ReadonlyRootfs,
    memory: HostConfig.Memory,
    processes: HostConfig.PidsLimit,
    network: HostConfig.NetworkMode,
    hosts: HostConfig.ExtraHosts,
    groups: HostConfig.GroupAdd,
    memoryFolders: Object.keys(HostConfig.Tmpfs),
    mounts: mounts.toSorted(),
  };
}

test(
  "a container that Podman makes of the exported Quadlet is started with the same bytes, limits and mounts",
  { timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "cooper-test-podman-"));
    const name = uniqueName("quadlet");
    const image = `localhost/${name}:1`;
    const places = ["--root", `${folder}/root`, "--runroot", `${folder}/run`, "--storage-driver", "vfs"];
    const podman = [
      "env",
      `CONTAINERS_CONF=${folder}/containers.conf`,
      "podman",
      ...places,
      "--cgroup-manager",
      "cgroupfs",
      "--events-backend",
      "file",
    ];
    try {
      // What Podman takes for the usual limits may be forbidden where a test runs.
      await writeFile(path.join(folder, "containers.conf"), '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n');
      await mkdir(path.join(folder, "image"));
      await mkdir(path.join(folder, "a b"));
      for (const program of PROGRAMS)
        await copyFile(await outputOf(["sh", "-c", "command -v busybox"]), path.join(folder, "image", program));
      const lines = PROGRAMS.map((program) => `COPY ${program} /${program}`).join("\n");
      await writeFile(path.join(folder, "image", "Dockerfile"), `FROM scratch\n${lines}\nENV FROM_IMAGE=1\n`);
      await outputOf(["docker", "build", "-q", "-t", image, path.join(folder, "image")]);
      await outputOf(["docker", "save", "-o", path.join(folder, "image.tar"), image]);
      await outputOf([...podman, "load", "-q", "-i", path.join(folder, "image.tar")]);

      const plain = "--network none --hostname h1 -u 7:8 -w /v --read-only -m 64m --pids-limit 50 --group-add 5 --add-host a:1.2.3.4";
      const limits =
        "--ulimit nofile=100:200 --ulimit core=0 --ulimit nproc=900 --security-opt no-new-privileges --tmpfs /t:size=1m --restart always --stop-timeout 90 -i";
      const odd = ['B=it\'s $x "q" %d ${Y} \\', "C=a\nb\u001b[2J", "D= blank ", "E="].flatMap((one) => ["-e", one, "-l", `l.${one}`]);
      const mounts = ["-v", `${folder}/a b:/x y:ro`, "-v", `${name}:/v`, "--mount", `type=bind,source=${folder},target=/y,readonly`];
      const health = [
        "--health-cmd",
        "test -e '/a b' && echo $HOME",
        "--health-interval",
        "90s",
        "--health-timeout",
        "5s",
        "--health-retries",
        "4",
      ];
      const command = ["-c", 'trap "exit 0" TERM; while :; do sleep 1; done', "", "%n $$ ${X}", "", "a\\b", "ü\u202e"];
      const words = [...`${plain} ${limits}`.split(" "), ...odd, ...mounts, ...health, "--entrypoint", "/sh"];
      await outputOf(["docker", "run", "-d", "--name", name, ...words, image, ...command]);

      const exported = await runCooper(["export", name, "--as", "quadlet"]);
      expect(exported).toMatchObject({ exit: 0, stderr: "" });
      await outputOf([...podman, "run", "-d", ...podmanWords(exported.stdout)]);
      expect(await startedWith(podman, name)).toEqual(await startedWith(["docker"], name));
      expect(await toldOf(podman, name)).toEqual(await toldOf(["docker"], name));
    } finally {
      await outputOf([...podman, "rm", "-f", "-t", "0", "-a"]).catch(() => "");
      await outputOf([...podman, "rmi", "-f", "-a"]).catch(() => "");
      await removeContainer(name);
      for (const remove of [
        ["rmi", "-f", image],
        ["volume", "rm", "-f", name],
      ])
        await outputOf(["docker", ...remove]).catch(() => "");
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);
