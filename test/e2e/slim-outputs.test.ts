import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { busyboxRows, compileProbe, importImage, listingOf } from "./slim-support.ts";

const name = uniqueName("slim-out");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-slim-out-"));
const at = (file: string): string => path.join(folder, file);

/** A daemon that goes into the background of a script, and a package data base that knows of it. */
const START = "#!/bin/sh\nhttpd -p 8080 -h /www\nexec sleep 1000000\n";
const STATUS = ["web", "gone"]
  .map((one) => `Package: ${one}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n`)
  .join("\n");

beforeAll(async () => {
  const rows = {
    ...busyboxRows("sh", "httpd", "sleep", "wget", "cat", "tar", "mkdir", "chmod", "ln"),
    "/start": { body: Buffer.from(START), mode: 0o755 },
    "/www/index.html": '<a href="deep/page.html">deeper</a>',
    "/www/deep/page.html": "deep",
    "/etc/motd": "hello\n",
    "/opt/gone/file": "never used",
    "/var/lib/dpkg/status": STATUS,
    "/var/lib/dpkg/info/web.list": "/.\n/start\n/opt\n",
    "/var/lib/dpkg/info/gone.list": "/opt/gone/file\n",
  };
  const changes = ["EXPOSE 8080", 'CMD ["/start"]', "ENV GREETING=hello", `LABEL kept=yes cooper.test=${name}`];
  await importImage(folder, `${name}-base`, { rows, changes });
  await writeFile(at("Dockerfile"), `FROM ${name}-base\nHEALTHCHECK CMD wget -q -O - http://127.0.0.1:8080/\n`);
  await outputOf(["docker", "build", "-q", "-t", `${name}-web`, folder], { env: { DOCKER_BUILDKIT: "0" } });
  await writeFile(at("Dockerfile"), DEBIAN);
  await outputOf(["docker", "build", "-q", "--network", "none", "-t", `${name}-debian`, folder], { env: { DOCKER_BUILDKIT: "0" } });
  const probe = await compileProbe(folder);
  const job = { "/bin/probe": { body: probe.fixed, mode: 0o755 }, "/data/list": "a\n", "/data/link": "-> list" };
  await importImage(folder, `${name}-job`, { rows: job, changes: ['CMD ["/bin/probe","cat","/data/link"]'] });
});

afterAll(async () => {
  const images = [
    "base",
    "web",
    "web.slim",
    "web.built",
    "job",
    "job.slim",
    "job.built",
    "web.loaded:1",
    "used",
    "debian",
    "debian.slim",
    "debian.built",
  ].map((one) => `${name}-${one}`);
  await runOnHost(["docker", "rmi", "-f", ...images, `${name}-box.slim`, `${name}-box.files`]);
  await runOnHost(["docker", "rm", "-f", `${name}-box`]);
  await rm(folder, { recursive: true, force: true });
});

interface Slimmed {
  readonly report: Record<string, unknown>;
  readonly told: string;
}

const INDEX = z.object({ manifests: z.array(z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()) })) });

async function slim(...options: readonly string[]): Promise<Slimmed> {
  const { exit, stdout, stderr } = await runCooper(["slim", ...options, "--json"]);
  expect(`${exit} ${stderr}`).toMatch(/^0 /);
  return { report: JSON.parse(stdout), told: stderr };
}

const idOf = (image: string): Promise<string> => outputOf(["docker", "image", "inspect", "-f", "{{.Id}}", image]);
const inArchive = async (archive: string, member: string): Promise<unknown> => JSON.parse(await outputOf(["tar", "-xOf", archive, member]));
const blobOf = (descriptor: { readonly digest: string }): string => `blobs/${descriptor.digest.replace(":", "/")}`;

test("a service in every form: archives, a Dockerfile that makes the same, artifacts, a seccomp profile that works", async () => {
  const settings = ["--exec", "cat /etc/motd", "--change", "ENV MORE=1", "--unset", "LABEL kept", "--keep-tool", "tar"];
  const outputs = ["docker", `tar=${at("web.tar")}`, `oci=${at("web.oci.tar")}`, `dockerfile=${at("build")}`].flatMap((one) => ["-o", one]);
  const more = ["--artifacts", at("artifacts"), "--seccomp", at("seccomp.json"), "--propose-read-only"];
  const tags = ["--tag", `${name}-web.slim`, "--tag", `${name}-web.loaded:1`];
  const { report, told } = await slim(`${name}-web`, ...tags, ...settings, ...outputs, ...more, "--exclude", "/nowhere/*");
  expect(told).toContain("--exclude /nowhere/* names no path of the image");
  expect(report).toMatchObject({ seccomp: at("seccomp.json"), readOnly: ["--read-only"] });
  const config: unknown = JSON.parse(await outputOf(["docker", "image", "inspect", "-f", "{{json .Config}}", `${name}-web.slim`]));
  expect(config).toMatchObject({
    Env: expect.arrayContaining(["GREETING=hello", "MORE=1"]),
    Cmd: ["/start"],
    Healthcheck: { Test: ["CMD-SHELL", expect.any(String)] },
  });
  expect(JSON.stringify(config)).not.toContain("kept");

  const listing = await listingOf(`${name}-web.slim`);
  expect(listing).toContain("www/deep/page.html");
  expect(listing).not.toContain("opt/gone");
  const id = await idOf(`${name}-web.slim`);
  expect(await idOf(`${name}-web.loaded:1`)).toBe(id);
  const { manifests } = INDEX.parse(await inArchive(at("web.oci.tar"), "index.json"));
  expect(manifests.map(({ annotations }) => annotations["io.containerd.image.name"])).toEqual([
    `docker.io/library/${name}-web.slim:latest`,
    `docker.io/library/${name}-web.loaded:1`,
  ]);
  for (const manifest of manifests) {
    expect(await inArchive(at("web.oci.tar"), blobOf(manifest))).toMatchObject({ config: { digest: id } });
  }
  const looked = await runCooper(["xray", at("web.oci.tar"), "--json"]);
  expect(JSON.parse(looked.stdout)).toMatchObject({
    packages: [expect.objectContaining({ path: "/var/lib/dpkg/status", version: "1.0" })],
  });
  await outputOf(["docker", "rmi", `${name}-web.slim`, `${name}-web.loaded:1`]);
  await outputOf(["docker", "load", "-i", at("web.tar")]);
  expect(await idOf(`${name}-web.slim`)).toBe(id);
  expect(await idOf(`${name}-web.loaded:1`)).toBe(id);

  await outputOf(["docker", "build", "-q", "-t", `${name}-web.built`, at("build")], { env: { DOCKER_BUILDKIT: "0" } });
  expect(await listingOf(`${name}-web.built`)).toBe(listing);
  expect((await readdir(at("artifacts"))).toSorted()).toEqual([
    "Dockerfile.fat",
    "activity-files.json",
    "activity-processes.json",
    "artifact-graph.dot",
    "artifact-graph.json",
    "dropped.txt",
    "files.json",
    "metadata.json",
  ]);
  expect(await readFile(at("artifacts/Dockerfile.fat"), "utf8")).toContain('CMD ["/start"]');
});

/** Names and modes that a list of names or a copy may lose. */
const DEBIAN = `FROM debian:bookworm
RUN mkdir -p "/srv/a b" && cp /usr/bin/id "/srv/a b/id[1]*" && chmod 4755 "/srv/a b/id[1]*" && ln "/srv/a b/id[1]*" /srv/ünï && \\
    echo x > "$(printf '/srv/two\\nlines')" && ln -s two /srv/link && mkdir -m 1777 /srv/sticky && chown 5:6 /srv/sticky
CMD ["/srv/ünï"]
`;

test.each([
  ["job", "without a shell"],
  ["debian", "with GNU tar, and names that are hard to write down"],
])("an image as a Dockerfile that makes the same: %s, %s", async (image) => {
  await slim(`${name}-${image}`, "--rm-artifacts", "--include", "/{srv,data}/**", "-o", "docker", "-o", `dockerfile=${at(image)}`);
  await outputOf(["docker", "build", "-q", "--network", "none", "-t", `${name}-${image}.built`, at(image)], {
    env: { DOCKER_BUILDKIT: "0" },
  });
  const listing = await listingOf(`${name}-${image}.slim`);
  expect(await listingOf(`${name}-${image}.built`)).toBe(listing);
  if (image === "debian") for (const part of ["rws", "two\\nlines", "srv/link -> two", "5/6"]) expect(listing).toContain(part);
});

test("tells what would stay without making an image, from a saved Trace too", async () => {
  await slim(`${name}-job`, "--info-only", "--save-trace", at("trace.json"), "--artifacts", at("study"));
  const { report } = await slim(`${name}-job`, "--info-only", "--trace", at("trace.json"), "--rm-artifacts");
  expect(report).toMatchObject({
    prices: [{ level: "trace" }, { level: "module" }, { level: "package" }, { level: "app" }],
    artifacts: null,
  });
});

test("a container that was set up by hand, as its files are, and as it was recorded", async () => {
  const box = `${name}-box`;
  await outputOf(["docker", "run", "-d", "--network", "none", "--name", box, `${name}-web`]);
  await outputOf(["docker", "exec", box, "sh", "-c", "echo by hand > /www/made.html"]);
  const made = await slim("--from-container", box, "--include", "/www/*.html", "--rm-artifacts", "--tag", `${box}.files`);
  expect(made.told).toContain(`taking the files of ${box} as they are`);
  expect(await listingOf(`${box}.files`)).toContain("www/made.html");

  const recorded = await runCooper(["exec", box, "--", "sh", "-c", "echo recorded > /www/recorded.html"]);
  expect(recorded).toMatchObject({ exit: 0 });
  const drafted = await slim("--from-container", box, "--include", "/www/*.html", "--rm-artifacts");
  expect(drafted.told).toContain(`building what was recorded in ${box}`);
  expect(drafted.told).toContain(`exercising ${box} under the sensor`);
  expect(drafted.report).toMatchObject({ image: box, tag: `${box}.slim` });
  expect(await listingOf(`${box}.slim`)).toContain("www/recorded.html");
  const left = ["--filter", "dangling=true", "--filter", `label=cooper.test=${name}`];
  expect(await outputOf(["docker", "image", "ls", "-q", ...left])).toBe("");

  const refused = await runCooper(["slim", "--from-container", box, "-o", "dockerfile"]);
  expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining(`docker commit ${box}`) });
});

test("a person uses the container, and says when it is enough", async () => {
  const words = [cooperProgram(), "slim", `${name}-web`, "--wait", "signal", "--no-probes", "--rm-artifacts", "--tag", `${name}-used`];
  const child = spawn(process.execPath, words, { env: { ...process.env, ...cooperEnvironment() } });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  let told = "";
  child.stderr.on("data", (bytes: Buffer) => void (told += bytes.toString()));
  for (let tries = 0; !told.includes("to go on: kill -USR1") && tries < 1000; tries++) await delay(100);
  const [, container = ""] = /use the container (\S+) now/.exec(told) ?? [];
  await outputOf(["docker", "exec", container, "cat", "/opt/gone/file"]);
  child.kill("SIGUSR1");
  expect(`${await ended} ${told}`).toMatch(/^0 /);
  expect(await listingOf(`${name}-used`)).toContain("opt/gone/file");
});
