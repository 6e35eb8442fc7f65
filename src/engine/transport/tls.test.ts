import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startExec } from "../stream/exec.ts";
import { openEngine } from "../open-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "cooper-tls-"));
let server: Server;
let port = 0;
const sockets: Duplex[] = [];

function openssl(...argv: readonly string[]): void {
  execFileSync("openssl", argv, { cwd: folder, stdio: "pipe" });
}

function makeAuthority(name: string): void {
  const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", `/CN=${name}`, ...files);
}

function makeCertificate(name: string, authority: string, extension: string): void {
  writeFileSync(join(folder, `${name}.ext`), extension);
  openssl(
    "req",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-subj",
    `/CN=${name}`,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
  );
  const signer = ["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signer, "-days", "2", "-extfile", `${name}.ext`, "-out", `${name}.pem`);
}

function certFolder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [to, from] of Object.entries(files)) writeFileSync(join(path, to), readFileSync(join(folder, from)));
  return path;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const isVersion = request.url === "/version";
  response.end(JSON.stringify(isVersion ? { ApiVersion: "1.43", Version: "24", Arch: "amd64" } : { ID: "TLS" }));
}

function echo(_request: IncomingMessage, socket: TLSSocket): void {
  socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
  socket.on("data", (chunk: Buffer) => socket.write(chunk));
  socket.on("end", () => socket.end("bye"));
}

beforeAll(async () => {
  makeAuthority("ca");
  makeAuthority("stranger");
  makeCertificate("server", "ca", "subjectAltName=IP:127.0.0.1,DNS:localhost");
  makeCertificate("client", "ca", "extendedKeyUsage=clientAuth");
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  server = createServer(
    {
      key: read("server.key"),
      cert: read("server.pem"),
      ca: read("ca.pem"),
      requestCert: true,
      rejectUnauthorized: true,
      allowHalfOpen: true,
    },
    answer,
  );
  server.on("upgrade", echo);
  server.on("connection", (socket) => sockets.push(socket));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function open(env: Readonly<Record<string, string>>): ReturnType<typeof openEngine> {
  return openEngine({ env: { DOCKER_HOST: `tcp://127.0.0.1:${port}`, XDG_STATE_HOME: folder, ...env }, home: folder });
}

describe("TLS", () => {
  test("both sides show their certificates", async () => {
    const path = certFolder("good", { "ca.pem": "ca.pem", "cert.pem": "client.pem", "key.pem": "client.key" });
    expect(await open({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: path })).toMatchObject({ id: "TLS", apiVersion: "1.43", isLocal: false });
  });

  test("DOCKER_TLS alone does not look at the server's certificate", async () => {
    const path = certFolder("unverified", { "ca.pem": "stranger.pem", "cert.pem": "client.pem", "key.pem": "client.key" });
    expect(await open({ DOCKER_TLS: "1", DOCKER_CERT_PATH: path })).toMatchObject({ id: "TLS" });
  });

  test("a two-way stream, and its end from our side", async () => {
    const path = certFolder("stream", { "ca.pem": "ca.pem", "cert.pem": "client.pem", "key.pem": "client.key" });
    const engine = await open({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: path });
    const stream = await startExec(engine, "e1", { tty: true });
    stream.end("hello ");
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("hello bye");
  });

  test.each([
    [
      "a server that another authority signed",
      { "ca.pem": "stranger.pem", "cert.pem": "client.pem", "key.pem": "client.key" },
      "certificate",
    ],
    ["no certificate of ours", { "ca.pem": "ca.pem" }, ""],
  ])("%s is refused with the remedy", async (name, files, message) => {
    const env = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: certFolder(name.replaceAll(" ", "-"), files) };
    await expect(open(env)).rejects.toMatchObject({
      code: "engine-unreachable",
      exit: 3,
      message: expect.stringContaining(message),
      hint: expect.stringContaining("DOCKER_CERT_PATH"),
    });
  });

  test("speaking without TLS is refused, and TLS named", async () => {
    await expect(open({})).rejects.toMatchObject({ code: "engine-unreachable", hint: expect.stringContaining("DOCKER_TLS_VERIFY") });
  });
});
