import { hostname, release } from "node:os";
import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Environment, Target } from "./endpoint/endpoint.ts";
import { type EngineChoice, findEndpoint } from "./endpoint/find-endpoint.ts";
import { privateSockets } from "./private/paths.ts";
import type { Reply } from "./reply.ts";
import { Connections } from "./transport/connect.ts";
import { callJson, type Channel } from "./transport/request.ts";
import { whileAnswers } from "./transport/silence.ts";

/** API versions that cooper speaks: Docker Engine 20.10 and up. */
const OLDEST_API = "1.41";
const NEWEST_API = "1.52";
const ANSWER_WITHIN_MS = 60_000;
/** Of an ssh command that has to connect first. */
const CONNECTED_WITHIN_MS = 32_000;

/** A Docker engine that answered. */
export interface Engine {
  readonly id: string;
  /** The version both sides speak, "1.41". */
  readonly apiVersion: string;
  readonly serverVersion: string;
  /** As the engine's machine names itself, "Debian GNU/Linux 12 (bookworm)". */
  readonly operatingSystem: string;
  /** As images name it, "amd64". */
  readonly architecture: string;
  /** "overlay2", "overlayfs" (containerd image store), "vfs", … */
  readonly storageDriver: string;
  /** Podman's archives of single paths say that root owns everything; its exports tell the truth. */
  readonly isPodman: boolean;
  /** The engine runs on this machine: its pids and its files can be seen from here. */
  readonly isLocal: boolean;
  /** Where it is, as a DOCKER_HOST text, and what chose it. */
  readonly url: string;
  readonly source: string;
  /** What the docker command needs in its environment to reach the same engine. */
  readonly dockerEnv: Readonly<Record<string, string>>;
  /** The environment it was looked for in; the docker command gets it too (PATH, HOME, proxies). */
  readonly env: Environment;
  readonly channel: Channel;
}

/** Finds the engine, asks who it is and settles the API version; throws `no-engine`, `engine-permission`, `engine-unreachable`, `engine-silent`, `engine-too-old`. */
export async function openEngine(choice: EngineChoice): Promise<Engine> {
  const found = await findEndpoint(choice, privateSockets(choice.env));
  const target = { ...found, ...sharedWays(choice, found) };
  const connections = new Connections(target);
  const unversioned: Channel = { target, connections, version: null };
  const { deadlineMs } = choice;
  const version = await ask(unversioned, "/version", deadlineMs);
  const apiVersion = negotiate(version, target.url);
  const channel: Channel = { target, connections, version: apiVersion };
  const info = await ask(channel, "/info", deadlineMs);
  const isPodman = version
    .at("Components")
    .list()
    .some((component) => component.at("Name").text().startsWith("Podman"));
  return {
    id: idOf(info, isPodman),
    apiVersion,
    serverVersion: version.at("Version").text(),
    operatingSystem: info.at("OperatingSystem").text(),
    architecture: version.at("Arch").text(),
    storageDriver: info.at("Driver").text(),
    isPodman,
    isLocal: isNear(target) && isThisMachine(info),
    url: target.url,
    source: target.source,
    dockerEnv: target.dockerEnv,
    env: choice.env,
    channel,
  };
}

async function ask(channel: Channel, path: string, deadlineMs: number | undefined): Promise<Reply> {
  const { target } = channel;
  if (deadlineMs === undefined) return await callJson(channel, { path, answerWithinMs: ANSWER_WITHIN_MS });
  if (connects(target)) return await callJson(channel, { path, answerWithinMs: CONNECTED_WITHIN_MS + deadlineMs });
  return await whileAnswers(channel, deadlineMs, callJson(channel, { path, answerWithinMs: ANSWER_WITHIN_MS }));
}

/** By an ssh of its own, which says itself why it does not. */
function connects({ endpoint, sshControl, sshSocket }: Target): boolean {
  return endpoint.kind === "ssh" && sshControl === undefined && sshSocket === undefined;
}

// Podman makes up another id for each question.
function idOf(info: Reply, isPodman: boolean): string {
  const place = `${info.at("Name").text()}:${info.at("DockerRootDir").text()}`;
  return isPodman ? place : info.at("ID").text() || place;
}

function isNear({ endpoint }: Target): boolean {
  return endpoint.kind === "unix" || ((endpoint.kind === "podman" || endpoint.kind === "command") && endpoint.ssh === null);
}

// A socket that was brought into a container or forwarded from a virtual machine has an engine that sees other pids.
function isThisMachine(info: Reply): boolean {
  return info.at("Name").text() === hostname() && info.at("KernelVersion").text() === release();
}

function negotiate(version: Reply, url: string): string {
  const newest = version.at("ApiVersion").need();
  const oldest = version.at("MinAPIVersion").text("1.0");
  if (isLower(newest, OLDEST_API)) throw tooOld(version, url);
  if (isLower(NEWEST_API, oldest)) throw tooNew(version, url);
  return isLower(newest, NEWEST_API) ? newest : NEWEST_API;
}

function isLower(left: string, right: string): boolean {
  const [leftMajor = 0, leftMinor = 0] = left.split(".").map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split(".").map(Number);
  return leftMajor === rightMajor ? leftMinor < rightMinor : leftMajor < rightMajor;
}

function tooOld(version: Reply, url: string): CooperError {
  const what = `The engine at ${url} is too old: version ${version.at("Version").text("unknown")} speaks API ${version.at("ApiVersion").text()}`;
  return new CooperError("engine-too-old", `${what}, cooper needs ${OLDEST_API}.`, {
    hint: "Install Docker Engine 20.10 or newer there.",
    exit: EXIT.engine,
  });
}

function tooNew(version: Reply, url: string): CooperError {
  const what = `The engine at ${url} (version ${version.at("Version").text("unknown")}) speaks only API ${version.at("MinAPIVersion").text()} and up`;
  return new CooperError("engine-too-new", `${what}, cooper speaks ${OLDEST_API} to ${NEWEST_API}.`, {
    hint: "Install a newer cooper.",
    exit: EXIT.engine,
  });
}

/** The ways of an ssh that is connected already; they lead to no other engine. */
function sharedWays({ sshControl, sshSocket }: EngineChoice, { endpoint }: Target): Pick<Target, "sshControl" | "sshSocket"> {
  const control = sshControl === undefined ? {} : { sshControl };
  return endpoint.kind === "ssh" && sshSocket !== undefined ? { ...control, sshSocket } : control;
}
