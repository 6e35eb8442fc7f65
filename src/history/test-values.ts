import type { PathChange } from "../format/tree/entry.ts";
import type { ContainerRecord, Effect, Session, Shell, Step } from "./model.ts";
import { NO_EFFECT } from "./session-of-records.ts";

const identity = { user: "root", uid: 0, gid: 0, groups: [0], home: "/root" };

/** A bash of root in /root, for tests. */
export function testShell(over: Partial<Shell> = {}): Shell {
  const state = { cwd: "/root", umask: "0022", variables: {}, functions: {}, aliases: {}, options: [] };
  return { key: "a", parent: null, kind: "bash", identity, login: false, state, ...over };
}

/** A Step that did nothing, for tests. */
export function testStep(over: Partial<Step> = {}): Step {
  const typed = over.typed ?? "true";
  const place = { shell: "a", cwd: "/root", umask: "0022", identity };
  const end = { startedAt: 10, endedAt: 20, exit: 0, interrupted: false, background: false, opened: [], change: {} };
  return {
    id: "s1.1",
    kind: "command",
    typed,
    ran: typed,
    argv: null,
    ...place,
    ...end,
    effect: NO_EFFECT,
    secrets: [],
    findings: [],
    ...over,
  };
}

/** A container of the name `web`, for tests. */
export function testContainer(over: Partial<ContainerRecord> = {}): ContainerRecord {
  const config = {
    env: [],
    cmd: ["bash"],
    entrypoint: null,
    user: "",
    workdir: "",
    exposed: [],
    volumes: [],
    stopSignal: null,
    shell: null,
  };
  return {
    id: "ab".repeat(32),
    name: "web",
    engineId: "ENGI:NE",
    image: "debian:bookworm",
    imageId: "sha256:1",
    imageDigest: null,
    hostName: "host",
    mounts: [],
    imageConfig: { ...config, architecture: "amd64" },
    command: ["sleep", "infinity"],
    entrypoint: null,
    env: [],
    user: "",
    workdir: "",
    ports: [],
    ...over,
  };
}

/** An Effect of these created (or deleted) paths, for tests. */
export function testEffect(...changes: readonly PathChange[]): Effect {
  return { ...NO_EFFECT, changes };
}

/** A file that was created at a time; at time 0 one that was deleted. */
export function testChange(path: string, changedAt: number): PathChange {
  const file = { type: "file", mode: 0o644, uid: 0, gid: 0 } as const;
  if (changedAt === 0) return { path, kind: "deleted", before: file, after: null, changedAt, kept: false };
  return { path, kind: "created", before: null, after: file, changedAt, kept: false };
}

/** A Session from its first Step's start to its last one's end, for tests. */
export function testSession(id: string, steps: readonly Step[]): Session {
  const startedAt = Math.min(...steps.map((step) => step.startedAt));
  return { id, startedAt, endedAt: Math.max(...steps.map((step) => step.endedAt)), shells: { a: testShell() }, steps };
}
