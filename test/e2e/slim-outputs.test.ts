import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
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
  const changes = ["EXPOSE 8080", 'CMD ["/start"]', "ENV GREETING=hello", "LABEL kept=yes"];
  await importImage(folder, `${name}-base`, { rows, changes });
  await writeFile(at("Dockerfile"), `FROM ${name}-base\nHEALTHCHECK CMD wget -q -O - http://127.0.0.1:8080/\n`);
  await outputOf(["docker", "build", "-q", "-t", `${name}-web`, folder], { env: { DOCKER_BUILDKIT: "0" } });
  const probe = await compileProbe(folder);
  const job = { "/bin/probe": { body: probe.fixed, mode: 0o755 }, "/data/list": "a\n", "/data/link": "-> list" };
  await importImage(folder, `${name}-job`, { rows: job, changes: ['CMD ["/bin/probe","cat","/data/link"]'] });
});

afterAll(async () => {
  const images = ["base", "web", "web.slim", "web.built", "job", "job.slim", "job.built", "web.loaded"].map((one) => `${name}-${one}`);
  await runOnHost(["docker", "rmi", "-f", ...images, `${name}-box.slim`]);
  await runOnHost(["docker", "rm", "-f", `${name}-box`]);
  await rm(folder, { recursive: true, force: true });
});

async function slim(...options: readonly string[]): Promise<Record<string, unknown>> {
  const { exit, stdout, stderr } = await runCooper(["slim", ...options, "--json"]);
  expect(`${exit} ${stderr}`).toMatch(/^0 /);
  return JSON.parse(stdout);
}

test("a service in every form: archives, a Dockerfile that makes the same, artifacts, a seccomp profile that works", async () => {
  const settings = ["--exec", "cat /etc/motd", "--change", "ENV MORE=1", "--unset", "LABEL kept", "--keep-tool", "tar"];
  const outputs = ["docker", `tar=${at("web.tar")}`, `oci=${at("web.oci.tar")}`, `dockerfile=${at("build")}`].flatMap((one) => ["-o", one]);
  const more = ["--artifacts", at("artifacts"), "--seccomp", at("seccomp.json"), "--propose-read-only"];
  const report = await slim(`${name}-web`, ...settings, ...outputs, ...more);
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
  const seen = JSON.parse(await outputOf(["tar", "-xOf", at("web.oci.tar"), "index.json"]));
  expect(seen).toMatchObject({ manifests: [{ mediaType: "application/vnd.oci.image.manifest.v1+json" }] });
  const looked = await runCooper(["xray", at("web.oci.tar"), "--json"]);
  expect(JSON.parse(looked.stdout)).toMatchObject({
    packages: [expect.objectContaining({ path: "/var/lib/dpkg/status", version: "1.0" })],
  });
  expect(await outputOf(["tar", "-xOf", at("web.tar"), "manifest.json"])).toContain(`${name}-web.slim`);

  await outputOf(["docker", "build", "-q", "-t", `${name}-web.built`, at("build")], { env: { DOCKER_BUILDKIT: "0" } });
  expect(await listingOf(`${name}-web.built`)).toBe(listing);
  expect(await readdir(at("artifacts"))).toEqual(
    expect.arrayContaining(["Dockerfile.fat", "files.json", "artifact-graph.dot", "activity-files.json"]),
  );
  expect(await readFile(at("artifacts/Dockerfile.fat"), "utf8")).toContain('CMD ["/start"]');
});

test("an image without a shell as a Dockerfile that makes the same", async () => {
  await slim(`${name}-job`, "--rm-artifacts", "-o", "docker", "-o", `dockerfile=${at("job")}`);
  await outputOf(["docker", "build", "-q", "-t", `${name}-job.built`, at("job")], { env: { DOCKER_BUILDKIT: "0" } });
  expect(await listingOf(`${name}-job.built`)).toBe(await listingOf(`${name}-job.slim`));
});

test("tells what would stay without making an image, from a saved Trace too", async () => {
  await slim(`${name}-job`, "--info-only", "--save-trace", at("trace.json"), "--artifacts", at("study"));
  const told = await slim(`${name}-job`, "--info-only", "--trace", at("trace.json"), "--rm-artifacts");
  expect(told).toMatchObject({
    prices: [{ level: "trace" }, { level: "module" }, { level: "package" }, { level: "app" }],
    artifacts: null,
  });
});

test("a container that was set up by hand", async () => {
  await outputOf(["docker", "run", "-d", "--network", "none", "--name", `${name}-box`, `${name}-web`]);
  await outputOf(["docker", "exec", `${name}-box`, "sh", "-c", "echo by hand > /www/made.html"]);
  await slim("--from-container", `${name}-box`, "--include", "/www/made.html", "--rm-artifacts");
  expect(await listingOf(`${name}-box.slim`)).toContain("www/made.html");
});
