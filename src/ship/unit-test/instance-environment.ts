import { posix } from "node:path";
import type { ContainerInfo } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { portAddresses } from "../../probe/port-addresses.ts";
import { isInOwnNetwork } from "../../system/network/tcp.ts";
import { locate } from "../scan/locate/locate.ts";
import type { TestKind } from "../release/test-kinds.ts";

interface Tested {
  readonly unit: string;
  readonly kind: TestKind;
}

/** How a test finds the instance; the variables of docker-infrastructure are among them. */
export function instanceEnvironment(engine: Engine, container: ContainerInfo, { unit, kind }: Tested): Readonly<Record<string, string>> {
  const place = locate(engine, container);
  return {
    ...engine.dockerEnv,
    COOPER_UNIT: unit,
    COOPER_TEST: kind,
    COOPER_CONTAINER: container.name,
    COOPER_IMAGE: container.imageId,
    COOPER_IP: container.networkSettings.ip,
    COOPER_VOLUME: volumeFolder(container),
    COOPER_COW: place.evidence === "layer" ? place.folders.upper : "",
    ...Object.fromEntries(reachablePorts(engine, container).map(([port, address]) => [`COOPER_PORT_${port}`, address])),
    ...(kind === "in-prod" ? { KTOOLS_DRUN_TEST_PROD: "1" } : {}),
  };
}

/** The folder that holds all folders the container may write to; "" where there is none. */
export function volumeFolder({ mounts }: ContainerInfo): string {
  const sources = mounts.filter(({ type, readOnly }) => type === "bind" && !readOnly).map(({ source }) => posix.dirname(source));
  const [first, ...rest] = sources;
  if (first === undefined) return "";
  return rest.reduce((shared, folder) => sharedFolder(shared, folder), first);
}

function sharedFolder(left: string, right: string): string {
  const parts = right.split("/");
  const own = left.split("/");
  const end = own.findIndex((part, index) => part !== parts[index]);
  return (end < 0 ? own : own.slice(0, end)).join("/") || "/";
}

/** Container ports and where they are reached from here: where they are published, else at the container's own address. */
function reachablePorts(engine: Engine, container: ContainerInfo): readonly (readonly [number, string])[] {
  const published = portAddresses(container)
    .filter(({ hostPort }) => hostPort > 0)
    .map(({ port, host, hostPort }) => [port, `${reachableHost(engine, host)}:${hostPort}`] as const);
  const { ip } = container.networkSettings;
  const isNear = engine.isLocal && ip !== "" && isInOwnNetwork(ip);
  const exposed = isNear ? container.config.exposed.filter((port) => port.endsWith("/tcp")).map((port) => Number.parseInt(port, 10)) : [];
  const others = exposed.filter((port) => published.every(([other]) => other !== port));
  return [...published, ...others.map((port) => [port, `${ip}:${port}`] as const)];
}

const ANY_ADDRESS: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "": "127.0.0.1", "[::]": "[::1]" };

function reachableHost({ isLocal, url }: Engine, host: string): string {
  const loopback = ANY_ADDRESS[host];
  if (loopback === undefined) return host;
  return isLocal || url.startsWith("unix:") ? loopback : new URL(url).hostname;
}
