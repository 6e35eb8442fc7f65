import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findEndpoint } from "./find-endpoint.ts";

const home = mkdtempSync(join(tmpdir(), "cooper-endpoint-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function writeContext(name: string, endpoint: object, pem?: Readonly<Record<string, string>>): void {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = join(home, ".docker", "contexts", "meta", id);
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, "meta.json"), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }));
  const tls = join(home, ".docker", "contexts", "tls", id, "docker");
  if (pem !== undefined) mkdirSync(tls, { recursive: true });
  for (const [file, text] of Object.entries(pem ?? {})) writeFileSync(join(tls, file), text);
}

writeContext("far", { Host: "ssh://me@far", SkipTLSVerify: false });
writeContext("safe", { Host: "tcp://safe:2376", SkipTLSVerify: false }, { "ca.pem": "CA", "cert.pem": "CERT", "key.pem": "KEY" });
writeContext("half", { Host: "tcp://half:2376" }, { "cert.pem": "CERT" });
writeContext("other", {});
const there = join(home, "there.sock");
writeFileSync(there, "");
const missing = join(home, "missing.sock");

const otherConfig = join(home, "other-config");
mkdirSync(otherConfig);
writeFileSync(join(otherConfig, "config.json"), JSON.stringify({ currentContext: "lost" }));
const brokenConfig = join(home, "broken-config");
mkdirSync(brokenConfig);
writeFileSync(join(brokenConfig, "config.json"), "{");

function find(
  env: Readonly<Record<string, string>>,
  more: { host?: string; context?: string } = {},
): Promise<{ url: string; source: string }> {
  return findEndpoint({ env, home, defaultSocket: missing, ...more }, [join(home, "no.sock"), there]);
}

describe("findEndpoint", () => {
  test.each([
    {
      name: "nothing configured, no default socket: the private engine's",
      env: {},
      url: `unix://${there}`,
      source: "cooper's private engine",
    },
    { name: "DOCKER_HOST", env: { DOCKER_HOST: "unix:///a" }, url: "unix:///a", source: "DOCKER_HOST" },
    {
      name: "an empty DOCKER_HOST counts as none",
      env: { DOCKER_HOST: "", DOCKER_CONTEXT: "far" },
      url: "ssh://me@far",
      source: "DOCKER_CONTEXT",
    },
    {
      name: "DOCKER_HOST before DOCKER_CONTEXT",
      env: { DOCKER_HOST: "unix:///a", DOCKER_CONTEXT: "far" },
      url: "unix:///a",
      source: "DOCKER_HOST",
    },
    { name: "host before DOCKER_HOST", env: { DOCKER_HOST: "unix:///a" }, more: { host: "unix:///b" }, url: "unix:///b", source: "--host" },
    { name: "context before all", env: { DOCKER_HOST: "unix:///a" }, more: { context: "far" }, url: "ssh://me@far", source: "--context" },
    {
      name: "the default context: that socket alone",
      env: { DOCKER_CONTEXT: "default" },
      url: `unix://${missing}`,
      source: "the default socket",
    },
  ])("$name", async ({ env, more, url, source }) => {
    expect(await find(env, more ?? {})).toMatchObject({ url, source: expect.stringContaining(source) });
  });

  test("the default socket when it is there", async () => {
    const found = await findEndpoint({ env: {}, home, defaultSocket: there }, [missing]);
    expect(found).toMatchObject({ url: `unix://${there}`, source: "the default socket" });
  });

  test("the default socket when nothing is there, so that the message names it", async () => {
    const found = await findEndpoint({ env: {}, home, defaultSocket: missing }, []);
    expect(found).toMatchObject({ url: `unix://${missing}`, source: "the default socket" });
  });

  test("the context that was chosen with docker context use", async () => {
    const config = join(home, ".docker", "config.json");
    writeFileSync(config, JSON.stringify({ auths: {}, currentContext: "far" }));
    expect(await find({})).toMatchObject({ url: "ssh://me@far", source: 'the Docker context "far" (docker context use)' });
    rmSync(config);
  });

  test("a context brings its TLS material, and its name for the docker command", async () => {
    const found = await findEndpoint({ env: { DOCKER_CONTEXT: "safe" }, home }, []);
    const tls = { ca: Buffer.from("CA"), cert: Buffer.from("CERT"), key: Buffer.from("KEY"), verify: true };
    expect(found.endpoint).toEqual({ kind: "tcp", host: "safe", port: 2376, tls });
    expect(found.dockerEnv).toEqual({ DOCKER_CONTEXT: "safe", DOCKER_HOST: "", DOCKER_CONFIG: join(home, ".docker") });
  });

  test.each([
    ["an unknown context", { DOCKER_CONTEXT: "nope" }, "context-unknown"],
    ["a context without a docker endpoint", { DOCKER_CONTEXT: "other" }, "context-unknown"],
    ["a chosen context that is gone, in DOCKER_CONFIG", { DOCKER_CONFIG: otherConfig }, "context-unknown"],
    ["a certificate without its key", { DOCKER_CONTEXT: "half" }, "tls-incomplete"],
    ["a configuration that is not JSON", { DOCKER_CONFIG: brokenConfig }, "docker-config-malformed"],
    ["a malformed DOCKER_HOST", { DOCKER_HOST: "nonsense" }, "host-malformed"],
  ])("%s", async (_name, env, code) => {
    await expect(find(env)).rejects.toMatchObject({ code, exit: 2, hint: expect.any(String) });
  });
});
