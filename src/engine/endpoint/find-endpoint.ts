import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathExists } from "../../system/file/files.ts";
import { currentContext, dockerConfigFolder, readContext } from "./context.ts";
import type { Environment, Target } from "./endpoint.ts";
import { parseHost } from "./parse-host.ts";
import { tlsFromEnvironment } from "./tls-material.ts";

export interface EngineChoice {
  readonly env: Environment;
  readonly home: string;
  /** As `docker --host`. */
  readonly host?: string;
  /** As `docker --context`. */
  readonly context?: string;
  /** The socket of an ssh that is connected to the engine's machine already (ControlPath). */
  readonly sshControl?: string;
  /** A socket of this machine that leads to the engine's own over that connection. */
  readonly sshSocket?: string;
  /** So long it may take questions and answer nothing; longer where it is far. Absent: a minute. */
  readonly deadlineMs?: number;
  /** The socket that counts when nothing is configured: `/var/run/docker.sock`. */
  readonly defaultSocket?: string;
}

const DEFAULT_SOCKET = "/var/run/docker.sock";

/** Finds the engine as the docker command does: given context, given host, DOCKER_HOST, DOCKER_CONTEXT, chosen context, default socket; then the private engine's. */
export async function findEndpoint(choice: EngineChoice, privateSockets: readonly string[]): Promise<Target> {
  const { env } = choice;
  if (isGiven(choice.context)) return contextTarget(choice, choice.context, "--context");
  if (isGiven(choice.host)) return hostTarget(choice, choice.host, "--host");
  if (isGiven(env["DOCKER_HOST"])) return hostTarget(choice, env["DOCKER_HOST"], "DOCKER_HOST");
  if (isGiven(env["DOCKER_CONTEXT"])) return contextTarget(choice, env["DOCKER_CONTEXT"], "DOCKER_CONTEXT");
  const chosen = await currentContext(dockerConfigFolder(env, choice.home));
  if (chosen !== null) return contextTarget(choice, chosen, "docker context use");
  return socketTarget(choice, privateSockets);
}

async function contextTarget(choice: EngineChoice, name: string, by: string): Promise<Target> {
  if (name === "default") return socketTarget(choice, []);
  const folder = dockerConfigFolder(choice.env, choice.home);
  const { endpoint, url } = await readContext(folder, name);
  // An empty DOCKER_HOST counts as none for the docker command.
  const dockerEnv = { DOCKER_CONTEXT: name, DOCKER_HOST: "", DOCKER_CONFIG: folder };
  return { endpoint, url, source: `the Docker context "${name}" (${by})`, dockerEnv, env: choice.env };
}

async function hostTarget(choice: EngineChoice, host: string, by: string): Promise<Target> {
  const tls = await tlsFromEnvironment(choice.env, dockerConfigFolder(choice.env, choice.home));
  const target = { endpoint: parseHost(host, tls), url: host, source: by, dockerEnv: hostEnv(host), env: choice.env };
  const { kind } = target.endpoint;
  if (kind !== "podman" && kind !== "command") return target;
  const serviceFolder = join(tmpdir(), `cooper-${kind}-${randomBytes(8).toString("hex")}`);
  return { ...target, serviceFolder, dockerEnv: hostEnv(`unix://${serviceSocket(serviceFolder)}`) };
}

/** The socket of a service that has this folder. */
export function serviceSocket(folder: string): string {
  return join(folder, "socket");
}

async function socketTarget(choice: EngineChoice, privateSockets: readonly string[]): Promise<Target> {
  const defaultSocket = choice.defaultSocket ?? DEFAULT_SOCKET;
  const found = (await pathExists(defaultSocket)) ? null : await firstThere(privateSockets);
  const path = found ?? defaultSocket;
  const url = `unix://${path}`;
  const source = found === null ? "the default socket" : "cooper's private engine";
  return { endpoint: { kind: "unix", path }, url, source, dockerEnv: hostEnv(url), env: choice.env };
}

function hostEnv(host: string): Readonly<Record<string, string>> {
  return { DOCKER_HOST: host, DOCKER_CONTEXT: "" };
}

async function firstThere(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) if (await pathExists(path)) return path;
  return null;
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}
