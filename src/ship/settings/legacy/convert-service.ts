import { isProblem } from "../../../format/compose/problem.ts";
import { printPort, readPort } from "../../../format/compose/port.ts";
import { convertFlags } from "./docker-flags.ts";
import { convertMounts } from "./convert-mounts.ts";
import { flagOf, isFetched, keepVariables, listOf, orFail, scalarText, textOf, wordsOf, type LegacyValues } from "./legacy-file.ts";

type Parts = Readonly<Record<string, unknown>>;

/** A Compose service that says what the original's values said, in one mode. */
export interface ConvertedService {
  readonly service: Parts;
  readonly cooper: Parts;
  /** Names of networks that the engine must already have. */
  readonly networks: readonly string[];
  readonly testVolumes: readonly object[];
}

/** Converts the values of one mode; throws `settings-invalid` for what has no counterpart. */
export function convertService(legacy: LegacyValues): ConvertedService {
  const mounts = convertMounts(legacy);
  const network = convertNetwork(legacy);
  const parts: readonly Parts[] = [
    convertImage(legacy),
    convertBuild(legacy),
    plainText(legacy, "name", "container_name"),
    convertHostName(legacy),
    convertCommand(legacy),
    convertEnvironment(legacy),
    listOf(legacy, "dns").length === 0 ? {} : { dns: listOf(legacy, "dns").map(scalarText) },
    convertLog(legacy),
    convertPorts(legacy),
    mounts.volumes.length === 0 ? {} : { volumes: mounts.volumes },
    convertDevices(legacy),
    network.service,
    ...["extra_docker", "extra_docker0"].flatMap((key) => convertFlags(wordsOf(legacy, key).map(keepVariables), legacy, key)),
  ];
  const cooper = {
    ...convertAutostart(legacy),
    ...(flagOf(legacy, "fg") === true || flagOf(legacy, "foreground") === true ? { attach: true } : {}),
    ...convertRepositories(legacy),
    ...network.cooper,
    ...(Object.keys(mounts.mounts).length === 0 ? {} : { mounts: mounts.mounts }),
    ...(mounts.provision.length === 0 ? {} : { provision: mounts.provision }),
  };
  return { service: parts.reduce(joinParts, {}), cooper, networks: network.names, testVolumes: mounts.testVolumes };
}

function joinParts(left: Parts, right: Parts): Parts {
  const joined = Object.entries(right).map(([key, value]) => [key, joinValues(left[key], value)]);
  return { ...left, ...Object.fromEntries(joined) };
}

function joinValues(left: unknown, right: unknown): unknown {
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  const areMaps = typeof left === "object" && left !== null && typeof right === "object" && right !== null && !Array.isArray(right);
  return areMaps ? joinParts({ ...left }, { ...right }) : right;
}

function plainText(legacy: LegacyValues, key: string, as: string): Parts {
  const text = textOf(legacy, key);
  return text === null ? {} : { [as]: keepVariables(text) };
}

function convertImage(legacy: LegacyValues): Parts {
  const [image, tag, repo1, repo2] = ["image", "tag", "repo1", "repo2"].map((key) => textOf(legacy, key));
  const isPlain = image === null && tag === null && (repo1 === null || repo2 !== null);
  if (isPlain) return {};
  const prefix = typeof repo1 === "string" && repo1 !== "" && (repo2 === null || repo2 === undefined) ? `${repo1}/` : "";
  return { image: `${prefix}${image ?? legacy.unit}${tag === null ? "" : `:${tag}`}` };
}

/** Two repositories: the first that has the image counts. */
function convertRepositories(legacy: LegacyValues): Parts {
  const repo2 = textOf(legacy, "repo2");
  return repo2 === null ? {} : { repositories: [textOf(legacy, "repo1") ?? "", repo2].filter(Boolean) };
}

function convertBuild(legacy: LegacyValues): Parts {
  const words = [...wordsOf(legacy, "build_params")];
  if (words.length === 0) return {};
  let build: Parts = { context: "." };
  while (words.length > 0) {
    const [, name = "", attached] = /^(--[a-z-]+)(?:=(.*))?$/su.exec(words.shift() ?? "") ?? [];
    if (name === "--no-cache") build = { ...build, no_cache: true };
    else if (name === "--build-arg") build = joinParts(build, { args: pairOf(attached ?? words.shift() ?? "") });
    else if (name === "--target" || name === "--network") build = { ...build, [name.slice(2)]: attached ?? words.shift() ?? "" };
    else throw legacy.fail("build_params", `"${name}" is no flag of docker build that is known here.`);
  }
  return { build };
}

function pairOf(text: string): Parts {
  const at = text.indexOf("=");
  return at < 0 ? { [text]: null } : { [text.slice(0, at)]: keepVariables(text.slice(at + 1)) };
}

/** HOSTNAME stands for the machine's own name. */
function convertHostName(legacy: LegacyValues): Parts {
  const text = textOf(legacy, "hostname");
  return text === null ? {} : { hostname: keepVariables(text).replaceAll("HOSTNAME", "${HOSTNAME}") };
}

function convertCommand(legacy: LegacyValues): Parts {
  const words = ["cmd", "extra_init"].flatMap((key) => wordsOf(legacy, key));
  return words.length === 0 ? {} : { command: words.map(keepVariables) };
}

function convertEnvironment(legacy: LegacyValues): Parts {
  const items = listOf(legacy, "env").map((item): Parts => {
    if (typeof item !== "object" || item === null) return pairOf(scalarText(item));
    return Object.fromEntries(
      Object.entries(item).map(([key, value]: [string, unknown]) => [key, value === null ? null : keepVariables(scalarText(value))]),
    );
  });
  const tz = textOf(legacy, "tz");
  const puid = textOf(legacy, "puid");
  const own = {
    ...(tz === null ? {} : { TZ: tz === "-" ? "${TZ:-UTC}" : keepVariables(tz) }),
    ...(puid === null || puid === "auto" ? {} : { PUID: keepVariables(puid) }),
  };
  const environment = [...items, own].reduce<Parts>((all, one) => ({ ...all, ...one }), {});
  const odd = Object.keys(environment).find((name) => /[\s$]/u.test(name) || name === "");
  if (odd !== undefined) throw legacy.fail("env", `${JSON.stringify(odd)} is no name of a variable; write NAME=VALUE.`);
  const fetched = Object.entries(environment).find(([, value]) => isFetched(value));
  if (fetched !== undefined)
    throw legacy.fail("env", `${fetched[0]} is fetched when it starts; write a secret (secrets, with file, environment or a command).`);
  return Object.keys(environment).length === 0 ? {} : { environment };
}

function convertLog(legacy: LegacyValues): Parts {
  const text = textOf(legacy, "log");
  if (text === null || text === "-" || text === "p") return {};
  const word = text.toLowerCase();
  if (/^(n|none|z)$/u.test(word)) return { logging: { driver: "none" } };
  if (/^(j|journal|journald)$/u.test(word)) return { logging: { driver: "journald" } };
  if (word === "json") return { logging: { driver: "json-file", options: { "max-size": "5m", "max-file": "3" } } };
  const [, address] = /^(?:s|syslog)(?::(.+))?$/u.exec(text) ?? [];
  if (!/^(s|syslog)(:|$)/u.test(word)) return { logging: { driver: text } };
  const options = { mode: "non-blocking", "max-buffer-size": "4m", "syslog-facility": "local3", tag: legacy.unit };
  return { logging: { driver: "syslog", options: address === undefined ? options : { "syslog-address": address, ...options } } };
}

function convertPorts(legacy: LegacyValues): Parts {
  const offset = Number(textOf(legacy, "port_offset") ?? 0);
  const isSix = flagOf(legacy, "ipv6_ports") === true;
  const ports = listOf(legacy, "ports").flatMap((item): readonly string[] => {
    const text =
      typeof item === "object" && item !== null
        ? Object.entries(item)
            .map(([host, target]: [string, unknown]) => `${host}:${scalarText(target)}`)
            .join()
        : scalarText(item);
    return orFail(readPort(text), legacy, "ports").map((port) => {
      const published = port.published === null ? null : port.published + offset;
      // The original bound to every address of IPv4 alone unless told.
      return printPort({ ...port, published, host_ip: port.host_ip ?? (isSix || published === null ? null : "0.0.0.0") });
    });
  });
  const wrong = ports.find((port) => isProblem(readPort(port)));
  if (wrong !== undefined) throw legacy.fail("port_offset", `It makes the port ${wrong}, which there is not.`);
  return ports.length === 0 ? {} : { ports };
}

function convertDevices(legacy: LegacyValues): Parts {
  const devices = listOf(legacy, "mount_devices").flatMap((item) =>
    typeof item === "object" && item !== null
      ? Object.entries(item).map(([from, to]: [string, unknown]) => `${from}:${scalarText(to)}`)
      : [scalarText(item).replace(/\s*,\s*/u, ":")],
  );
  const pattern = devices.find((device) => /[*?[]/u.test(device));
  if (pattern !== undefined) throw legacy.fail("mount_devices", `"${pattern}" is a pattern; name each device.`);
  return devices.length === 0 ? {} : { devices };
}

function convertNetwork(legacy: LegacyValues): { readonly service: Parts; readonly cooper: Parts; readonly names: readonly string[] } {
  const network = textOf(legacy, "network");
  const ip = textOf(legacy, "ip");
  const isOwn = network !== null && !/^(none|host|bridge|default|container:.*)$/iu.test(network);
  if (!isOwn) return { service: network === null ? {} : { network_mode: network.toLowerCase() }, cooper: {}, names: [] };
  const isLiteral = ip !== null && /^\d+(\.\d+){3}$/u.test(ip);
  const lookup = ip === "-" ? (textOf(legacy, "hostname") ?? textOf(legacy, "name") ?? legacy.unit) : ip;
  const isAuto = ip === null || ip === "" || ip === "0";
  return {
    service: { networks: { [network]: isLiteral ? { ipv4_address: ip } : {} } },
    cooper: isLiteral || isAuto ? {} : { address: { lookup } },
    names: [network],
  };
}

function convertAutostart(legacy: LegacyValues): Parts {
  const text = textOf(legacy, "autostart");
  if (text === null || text === "") return {};
  const [wave = "", ...rest] = text.split(",");
  const hosts = rest.map((part) => /^host=(.+)$/u.exec(part)?.[1]);
  if (!/^\d+$/u.test(wave) || hosts.includes(undefined)) throw legacy.fail("autostart", `"${text}" is no wave such as 5 or 4,host=name.`);
  return { autostart: { wave: Number(wave), ...(hosts.length === 0 ? {} : { hosts }) } };
}
