import type { ListeningSocket } from "../../format/proc/left-process.ts";
import { resolvePath } from "../select/words/expand-word.ts";
import { DEFAULT_PORTS } from "../tables/servers.ts";
import type { Timeline } from "../model.ts";
import type { ImagePaths } from "./image-paths.ts";
import type { Launch } from "./launches.ts";
import { programName, rowOfProcess } from "./service-row.ts";

export interface FoundPorts {
  /** Sorted. */
  readonly numbers: readonly number[];
  readonly protocol: "tcp" | "udp";
  /** They only answer inside the container. */
  readonly isLoopback: boolean;
  /** Somebody asked them over HTTP. */
  readonly isHttp: boolean;
}

interface PortQuestion {
  readonly launch: Launch;
  readonly cmd: readonly string[];
  readonly timeline: Timeline;
  readonly paths: ImagePaths;
  readonly env: readonly string[];
}

/** The ports of a server: those it was seen to listen on, else those that its settings, arguments and visitors name. */
export function findPorts(question: PortQuestion): FoundPorts {
  const { launch, cmd, paths } = question;
  const visited = visitedPorts(question);
  const found = (ports: readonly number[], more: Partial<FoundPorts> = {}): FoundPorts => ({
    numbers: [...new Set(ports)].toSorted((one, other) => one - other),
    protocol: "tcp",
    isLoopback: cmd.some((word) => /^(?:.*=)?(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(word)),
    isHttp: visited.length > 0,
    ...more,
  });
  const sockets = seenSockets(question);
  if (sockets.length > 0) {
    const open = sockets.filter(({ address }) => !isLoopback(address));
    const used = open.length > 0 ? open : sockets;
    return found(
      used.map(({ port }) => port),
      { protocol: used[0]?.protocol ?? "tcp", isLoopback: open.length === 0 },
    );
  }
  if (launch.row !== null) {
    const configured = configuredPorts(launch, paths);
    return found(configured.length > 0 ? configured : launch.row.ports);
  }
  const named = [...argumentPorts(cmd), ...environmentPorts(question)];
  if (named.length > 0) return found(named.slice(0, 1));
  if (visited.length > 0) return found(visited.slice(0, 1));
  const text = [...cmd, ...scriptTexts(question)].join(" ");
  const listened = [...text.matchAll(/\.listen\(\s*(?:process\.env\.PORT\s*(?:\|\||\?\?)\s*)?(\d{2,5})/gu)].map((match) =>
    Number(match[1]),
  );
  if (listened.length > 0) return found(listened);
  return found(
    DEFAULT_PORTS.filter(([pattern]) => pattern.test(cmd.join(" ")))
      .map(([, port]) => port)
      .slice(0, 1),
  );
}

function seenSockets({ launch, timeline }: PortQuestion): ListeningSocket[] {
  const pids = new Set(launch.processes.map(({ pid }) => pid));
  const name = programName(launch.processes[0]?.argv[0] ?? launch.argv?.[0] ?? "");
  const steps = timeline.steps.slice(launch.at);
  // A process that was told to read its settings again may listen elsewhere: what was seen of it last counts.
  const seen = new Map(steps.flatMap(({ step }) => step.effect.processes).map((one) => [one.pid, one]));
  const ended = new Set(steps.flatMap(({ step }) => step.effect.ended));
  const own = [...seen.values()].filter(({ pid, parent, argv }) => {
    const program = argv[0] ?? "";
    const isSame = launch.row === null ? programName(program) === name : rowOfProcess(argv) === launch.row;
    return pids.has(pid) || pids.has(parent) || isSame;
  });
  const left = own.filter(({ pid }) => !ended.has(pid)).flatMap(({ listening }) => listening);
  const sockets = left.length > 0 ? left : own.flatMap(({ listening }) => listening);
  const tcp = sockets.filter(({ protocol }) => protocol === "tcp");
  return tcp.length > 0 ? tcp : sockets;
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127.");
}

/** Ports in settings that somebody wrote; settings as the package brought them mean the usual port. */
function configuredPorts({ row }: Launch, paths: ImagePaths): number[] {
  const from = row?.portFrom;
  if (from === undefined) return [];
  const line = new RegExp(from.line.source, "gmu");
  return paths.changed(from.files).flatMap((path) => [...(paths.text(path) ?? "").matchAll(line)].map((match) => Number(match[1])));
}

function argumentPorts(cmd: readonly string[]): number[] {
  const ports = cmd.slice(1).flatMap((word, index) => {
    const before = cmd[index] ?? "";
    const inWord = /^(?:--?(?:port|listen|bind|addr|address|http|server\.port|http-port|listen-address)[= ])?(?:\S*:)?(\d{2,5})$/u.exec(
      word,
    )?.[1];
    const isNamed =
      /^-(?:p|l|b|-port|-bind|-listen|S|-addr|-address|-http-port|-host)$/u.test(before) || word.startsWith("--") || /:\d+$/u.test(word);
    const isBare = /^\d{4,5}$/u.test(word);
    return inWord !== undefined && (isNamed || isBare) ? [Number(inWord)] : [];
  });
  return ports.filter(isPort);
}

function environmentPorts({ launch, env }: PortQuestion): number[] {
  const own = Object.entries(launch.timed.before?.variables ?? {}).flatMap(([name, { value, exported }]) =>
    exported && typeof value === "string" ? [`${name}=${value}`] : [],
  );
  const typed = [...launch.timed.step.ran.matchAll(/(?:^|\s)([A-Z_]*PORT=\d+)\s/gu)].map((match) => match[1] ?? "");
  return [...typed, ...own, ...env]
    .flatMap((pair) => /^(?:[A-Z]+_)*PORT=(\d+)$/u.exec(pair)?.[1] ?? [])
    .map(Number)
    .filter(isPort);
}

/** Ports that later Steps asked on this machine. */
function visitedPorts({ launch, timeline }: PortQuestion): number[] {
  const later = timeline.steps.slice(launch.at + 1, launch.at + 20).map(({ step }) => step.ran);
  return later
    .flatMap((text) => [...text.matchAll(/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d{2,5})/gu)].map((match) => Number(match[1])))
    .filter(isPort);
}

function scriptTexts({ cmd, launch, paths }: PortQuestion): string[] {
  const scripts = cmd.slice(1).filter((word) => !word.startsWith("-") && /\.\w+$/u.test(word));
  return scripts.flatMap((word) => paths.text(resolvePath(word, launch.timed.step.cwd)) ?? []);
}

function isPort(port: number): boolean {
  return port > 0 && port < 65_536;
}
