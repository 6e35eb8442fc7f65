import type { Reply } from "../../engine/reply.ts";
import type { Facts } from "./facts.ts";

/** A list, or null for an empty one. */
export function some<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

/** A map, or null for an empty one. */
export function someMap<T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> | null {
  return Object.keys(map).length === 0 ? null : map;
}

/** The entries of a map as texts. */
export function joined(map: Reply, separator: string): readonly string[] {
  return Object.entries(map.textMap()).map(([name, value]) => (value === "" ? name : `${name}${separator}${value}`));
}

/** The engine's own choice is its id; in another's network it is that one's. */
export function readHostName({ config: own, host, id }: Facts): string | null {
  const name = own.at("Hostname").text();
  const isShared = /^(?:host$|container:)/u.test(host.at("NetworkMode").text()) || host.at("UTSMode").text() === "host";
  return name === "" || name === id.slice(0, 12) || isShared ? null : name;
}

/** "on-failure:3". */
export function readRestart(policy: Reply): string | null {
  const name = policy.at("Name").text();
  if (name === "" || name === "no") return null;
  const count = policy.at("MaximumRetryCount").number();
  return count > 0 ? `${name}:${count}` : name;
}

/** The engine allows as much swap as memory unless told. */
export function readSwap(host: Reply): string | null {
  const [swap, memory] = [host.at("MemorySwap").number(), host.at("Memory").number()];
  return swap === 0 || swap === 2 * memory || (memory === 0 && swap === -1) ? null : String(swap);
}

/** A namespace that is shared; the usual ones are not told. */
export function spaceOf({ host, names }: Facts, key: string, ...usual: readonly string[]): string | null {
  const mode = host.at(key).text();
  return mode === "" || usual.includes(mode) ? null : withName(mode, names);
}

/** "container:<id>" or "<id>:ro" with the name in place of the id. */
export function withName(word: string, names: ReadonlyMap<string, string>): string {
  return word.replace(/[0-9a-f]{64}/u, (id) => names.get(id) ?? id);
}

/** The security options that docker run would understand. */
export function readSecurity({ host }: Facts): readonly string[] | null {
  const isPrivileged = host.at("Privileged").flag();
  const own = host
    .at("SecurityOpt")
    .texts()
    // docker run puts the text of a profile's file there; as a flag it would be the name of one.
    .filter((option) => !option.startsWith("seccomp={") && !(isPrivileged && option === "label=disable"));
  const isOpen = !isPrivileged && !host.at("MaskedPaths").isNull() && host.at("MaskedPaths").list().length === 0;
  return some(isOpen ? [...own, "systempaths=unconfined"] : own);
}

/** "/dev/a:/dev/b:r". */
export function deviceText(device: Reply): string {
  const [from, to, may] = ["PathOnHost", "PathInContainer", "CgroupPermissions"].map((key) => device.at(key).text());
  return `${from ?? ""}:${to ?? ""}${may === "rwm" ? "" : `:${may ?? ""}`}`;
}

/** "/dev/a:1024". */
export function deviceLimit(limit: Reply): string {
  return `${limit.at("Path").text()}:${limit.at("Rate").number() || limit.at("Weight").number()}`;
}

/** Links of the engine's usual network ("/db:/web/alias" as "db:alias"), and those that a network of its own has. */
export function readLinks({ host, networks }: Facts): readonly string[] | null {
  const usual = host.at("Links").texts().map(linkText);
  const own = networks.keys().flatMap((name) => networks.at(name, "Links").texts());
  return some([...new Set([...usual, ...own])]);
}

function linkText(link: string): string {
  const [from = "", alias = ""] = link.split(":");
  return `${from.replace(/^\//u, "")}:${alias.split("/").at(-1) ?? ""}`;
}

/** Ports that neither the image nor a published one exposes. */
export function readExposed({ config: own, image, host }: Facts): readonly string[] | null {
  const known = new Set([...image.at("ExposedPorts").keys(), ...host.at("PortBindings").keys()]);
  return some(
    own
      .at("ExposedPorts")
      .keys()
      .filter((port) => !known.has(port))
      .map((port) => port.replace(/\/tcp$/u, "")),
  );
}

/** Variables that the image does not have so; null takes one of the image away. */
export function readEnvironment({ config: own, image }: Facts): Readonly<Record<string, string | null>> | null {
  const before = new Set(image.at("Env").texts());
  const now = own.at("Env").texts();
  const pairs = now.filter((one) => !before.has(one)).map(splitPair);
  const names = new Set(now.map((one) => splitPair(one)[0]));
  const gone = [...before].map((one) => splitPair(one)[0]).filter((name) => !names.has(name));
  return someMap(Object.fromEntries([...pairs, ...gone.map((name) => [name, null] as const)]));
}

function splitPair(pair: string): readonly [string, string | null] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, null] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** What other programs note down for themselves is theirs to write. */
const NOTES = /^(?:cooper\.plan$|com\.docker\.(?:compose|stack|swarm)\.|desktop\.docker\.io\/)/u;

/** Labels that the image does not have so. */
export function readLabels({ config: own, image }: Facts): Readonly<Record<string, string>> | null {
  const before = image.at("Labels").textMap();
  return someMap(
    Object.fromEntries(Object.entries(own.at("Labels").textMap()).filter(([name, value]) => before[name] !== value && !NOTES.test(name))),
  );
}
