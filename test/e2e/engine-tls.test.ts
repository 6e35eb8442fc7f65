import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { exportContainer } from "../../src/engine/container/container.ts";
import { createExec, inspectExec, runInContainer, startExec } from "../../src/engine/stream/exec.ts";
import { type Engine, openEngine } from "../../src/engine/open-engine.ts";
import { withContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf } from "../support/host-command.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

// The tests' own engine behind a door that speaks TLS and lets in whoever has a certificate.
const folder = mkdtempSync(join(tmpdir(), "cooper-tls-e2e-"));
const near = await testEngine();
const sockets = new Set<Socket>();
let door: Server | null = null;
let port = 0;

function openssl(...argv: readonly string[]): Promise<string> {
  return outputOf(["openssl", ...argv], { cwd: folder });
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

async function makeCertificate(name: string, extension: string): Promise<void> {
  writeFileSync(join(folder, `${name}.ext`), extension);
  await openssl("req", ...KEY, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
  const signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", `${name}.ext`];
  await openssl("x509", "-req", "-in", `${name}.csr`, ...signer, "-out", `${name}.pem`);
}

function connectNear(): Socket {
  const url = new URL(near.url);
  const place = url.protocol === "unix:" ? { path: url.pathname } : { host: url.hostname, port: Number(url.port) };
  return connect({ ...place, allowHalfOpen: true });
}

function passOn(visitor: Socket): void {
  const engine = connectNear();
  for (const [from, to] of [
    [visitor, engine],
    [engine, visitor],
  ] as const) {
    sockets.add(from);
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => sockets.delete(from));
  }
}

beforeAll(async () => {
  await openssl("req", "-x509", ...KEY, "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem");
  await makeCertificate("server", "subjectAltName=IP:127.0.0.1");
  await makeCertificate("client", "extendedKeyUsage=clientAuth");
  mkdirSync(join(folder, "client"));
  copyFileSync(join(folder, "ca.pem"), join(folder, "client", "ca.pem"));
  copyFileSync(join(folder, "client.pem"), join(folder, "client", "cert.pem"));
  copyFileSync(join(folder, "client.key"), join(folder, "client", "key.pem"));
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const keys = { key: read("server.key"), cert: read("server.pem"), ca: read("ca.pem") };
  const made = createServer({ ...keys, requestCert: true, rejectUnauthorized: true, allowHalfOpen: true }, passOn);
  door = made;
  await new Promise((resolve) => made.listen(0, "127.0.0.1", () => resolve(null)));
  const bound = made.address();
  port = typeof bound === "object" && bound !== null ? bound.port : 0;
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  const made = door;
  if (made !== null) await new Promise((resolve) => made.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function openFar(): Promise<Engine> {
  const tls = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: join(folder, "client") };
  return openEngine({ env: { ...process.env, ...tls }, home: folder });
}

async function sizeOfExport(engine: Engine, id: string): Promise<number> {
  let size = 0;
  for await (const chunk of await exportContainer(engine, id)) size += chunk instanceof Buffer ? chunk.length : 0;
  return size;
}

test("the same engine through TLS: commands with input, a terminal, a whole file system", async () => {
  const far = await openFar();
  try {
    expect(far).toMatchObject({ id: near.id, isLocal: false });
    await withContainer({}, async ({ id }) => {
      const input = "0123456789".repeat(50_000);
      const result = await runInContainer(far, id, ["sh", "-c", "cat; echo done >&2; exit 3"], { input });
      expect([result.stdout.toString() === input, result.stderr.toString(), result.exit]).toEqual([true, "done\n", 3]);
      const exec = await createExec(far, id, { argv: ["sh"], tty: true, env: ["PS1=ready "] });
      const stream = await startExec(far, exec, { tty: true });
      let screen = "";
      const ended = new Promise((resolve) => stream.on("close", resolve));
      stream.on("data", (chunk: Buffer) => (screen += chunk.toString()));
      await expect.poll(() => screen, { timeout: 60_000 }).toContain("ready ");
      stream.write("exit 4\r");
      await ended;
      await expect.poll(() => inspectExec(far, exec), { timeout: 60_000 }).toMatchObject({ running: false, exitCode: 4 });
      expect(await sizeOfExport(far, id)).toBe(await sizeOfExport(near, id));
    });
  } finally {
    far.channel.connections.destroy();
  }
});
