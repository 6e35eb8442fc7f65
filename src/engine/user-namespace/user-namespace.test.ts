import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { hostname, release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEngine } from "../open-engine.ts";
import { readUserNamespace, type UserNamespace } from "./user-namespace.ts";

let folder = "";
let server: Server | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cooper-userns-"));
});
afterEach(async () => {
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  rmSync(folder, { recursive: true, force: true });
});

/** Asks a stand-in for an engine that says this of itself and runs nothing. */
async function read(info: object): Promise<UserNamespace> {
  const answers: Readonly<Record<string, object>> = {
    "/version": { Version: "27.1", ApiVersion: "1.46", MinAPIVersion: "1.24" },
    "/v1.46/info": { ID: "E1", Name: hostname(), KernelVersion: release(), DockerRootDir: "/var/lib/docker", ...info },
    "/v1.46/containers/json?all=false": [],
  };
  const path = join(folder, "engine.sock");
  const made = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    response
      .writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(answer ?? { message: "no" }));
  });
  server = made;
  await new Promise((resolve) => made.listen(path, () => resolve(null)));
  return readUserNamespace(await openEngine({ env: { DOCKER_HOST: `unix://${path}`, XDG_STATE_HOME: folder }, home: folder }));
}

const here = process.geteuid?.() ?? 0;

test.each<readonly [string, object, object]>([
  ["none", { SecurityOptions: ["name=seccomp,profile=default"] }, { kind: "none", evidence: "kernel" }],
  [
    "userns-remap",
    { SecurityOptions: ["name=userns"], DockerRootDir: "/var/lib/docker/424242.434343" },
    {
      kind: "remap",
      evidence: "files",
      uid: [{ inside: 0, outside: 424_242, count: 65_536 }],
      gid: [{ inside: 0, outside: 434_343, count: 65_536 }],
    },
  ],
  ["userns-remap without a range", { SecurityOptions: ["name=userns"] }, { kind: "remap", evidence: null, uid: [] }],
  [
    "rootless",
    { SecurityOptions: ["name=rootless"] },
    { kind: "rootless", evidence: "files", uid: expect.arrayContaining([{ inside: 0, outside: here, count: 1 }]) },
  ],
  ["on another machine", { SecurityOptions: ["name=userns"], Name: "elsewhere" }, { kind: "remap", evidence: null }],
])("a user namespace: %s", async (_, info, expected) => {
  expect(await read(info)).toMatchObject(expected);
});
