import { mkdtempSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";

const name = uniqueName("slim");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-slim-"));
const env = { XDG_STATE_HOME: path.join(folder, "state") };

/** A web server of one static program, and a job in a shell. */
const SERVICE = `FROM debian:bookworm
COPY busybox /usr/local/bin/busybox
COPY index.html /srv/www/index.html
COPY page.html /srv/www/deep/page.html
ENV GREETING=hello
EXPOSE 8080
STOPSIGNAL SIGINT
CMD ["/usr/local/bin/busybox","httpd","-f","-p","8080","-h","/srv/www"]
`;
const JOB = `FROM debian:bookworm
COPY job /job
ENTRYPOINT ["/job"]
`;

async function build(tag: string, dockerfile: string): Promise<void> {
  await writeFile(path.join(folder, "context", "Dockerfile"), dockerfile);
  await outputOf(["docker", "build", "-q", "--network", "none", "-t", tag, path.join(folder, "context")]);
}

const inspect = async (image: string, format: string): Promise<string> =>
  (await outputOf(["docker", "image", "inspect", "-f", format, image])).trim();

beforeAll(async () => {
  const context = path.join(folder, "context");
  await mkdir(context);
  await copyFile("/bin/busybox", path.join(context, "busybox"));
  await writeFile(path.join(context, "index.html"), '<a href="/deep/page.html">deeper</a>');
  await writeFile(path.join(context, "page.html"), "the deep page");
  await writeFile(path.join(context, "job"), '#!/bin/sh\nset -e\nsort /etc/passwd > /tmp/sorted\necho "users: $(wc -l < /tmp/sorted)"\n', {
    mode: 0o755,
  });
  await build(`${name}-service`, SERVICE);
  await build(`${name}-job`, JOB);
});

afterAll(async () => {
  await runOnHost(["docker", "rmi", "-f", ...["service", "job"].flatMap((one) => [`${name}-${one}`, `${name}-${one}.slim`])]);
  await rm(folder, { recursive: true, force: true });
});

describe("cooper slim", () => {
  test("makes a service small, keeps its settings, and gives the same image again", async () => {
    const first = await runCooper(["slim", `${name}-service`, "--json"], { env });
    expect(first.stderr).not.toContain("cooper:");
    expect(first.exit).toBe(0);
    const id = await inspect(`${name}-service.slim`, "{{.Id}}");
    expect(Number(await inspect(`${name}-service.slim`, "{{.Size}}"))).toBeLessThan(10_000_000);
    for (const part of ["{{.Config.Cmd}}", "{{.Config.Env}}", "{{.Config.ExposedPorts}}", "{{.Config.StopSignal}}"]) {
      expect(await inspect(`${name}-service.slim`, part)).toBe(await inspect(`${name}-service`, part));
    }
    const again = await runCooper(["slim", `${name}-service`, "--json"], { env });
    expect(again.exit).toBe(0);
    expect(await inspect(`${name}-service.slim`, "{{.Id}}")).toBe(id);
  });

  test("why names the reason of a path, and says of another that it is gone", async () => {
    const kept = await runCooper(["why", `${name}-service.slim`, "/srv/www/deep/page.html"], { env });
    expect(kept).toMatchObject({ exit: 0, stdout: expect.stringContaining("trace") });
    const dropped = await runCooper(["why", `${name}-service.slim`, "/usr/bin/apt-get"], { env });
    expect(dropped).toMatchObject({ exit: 1, stdout: expect.stringContaining("is not in") });
  });

  test("works without capabilities for the sensor", async () => {
    const { exit, stdout } = await runCooper(["slim", `${name}-service`, "--sensor", "unprivileged", "--keep", "trace", "--json"], { env });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ mode: "unprivileged", lost: 0 });
  });

  test("runs a job to its end", async () => {
    const { exit } = await runCooper(["slim", `${name}-job`], { env });
    expect(exit).toBe(0);
    const ran = await outputOf(["docker", "run", "--rm", "--network", "none", `${name}-job.slim`]);
    expect(ran).toBe(await outputOf(["docker", "run", "--rm", "--network", "none", `${name}-job`]));
  });

  test("leaves the program the capabilities of any container, and process 1", async () => {
    const look = "docker exec \"$COOPER_CONTAINER\" grep -E 'Cap(Eff|Bnd)|NoNewPrivs|^Name' /proc/1/status";
    const plain = await outputOf([
      "docker",
      "run",
      "--rm",
      "--network",
      "none",
      `${name}-service`,
      "grep",
      "-E",
      "CapEff",
      "/proc/self/status",
    ]);
    const exercise = `${look} | tee '${folder}/seen' && ! docker exec "$COOPER_CONTAINER" mount -t tmpfs none /mnt`;
    const { exit, stderr } = await runCooper(
      ["slim", `${name}-service`, "--exercise", exercise, "--include", "/usr/bin/{grep,mount}", "--repairs", "8"],
      { env },
    );
    expect(stderr).not.toContain("does not pass on the original");
    const seen = await outputOf(["cat", path.join(folder, "seen")]);
    expect(seen).toContain(plain.trim());
    expect(seen).toMatch(/NoNewPrivs:\s+0/);
    expect(seen).toMatch(/Name:\s+busybox/);
    expect(exit).toBe(0);
  });

  test("tags nothing when the exercise fails on the original", async () => {
    const tag = `${name}-failed.slim`;
    const { exit, stderr } = await runCooper(["slim", `${name}-service`, "--exercise", "echo nothing works; exit 3", "--tag", tag], {
      env,
    });
    expect(exit).toBe(1);
    expect(stderr).toContain("the exercise ended with 3");
    expect(stderr).toContain("nothing works");
    expect((await runOnHost(["docker", "image", "inspect", tag])).exit).toBe(1);
  });
});
