import { CooperError } from "../../base/errors.ts";
import type { Endpoint, SshPlace, TlsMaterial } from "./endpoint.ts";

const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/** Reads a DOCKER_HOST text (`unix://`, `tcp://`, `http(s)://`, `ssh://`), or `podman://`, `podman+ssh://`, `nerdctl://` and `nerdctl+ssh://`; throws `host-malformed`. */
export function parseHost(text: string, tls: TlsMaterial | null): Endpoint {
  const match = /^([a-z+]+):\/\/(.*)$/su.exec(text);
  if (match === null) throw malformed(text, "it has no scheme");
  const [, scheme = "", rest = ""] = match;
  switch (scheme) {
    case "unix":
      return unixEndpoint(text, rest);
    case "tcp":
    case "http":
    case "https":
      return tcpEndpoint(text, scheme === "https" ? (tls ?? systemTrust()) : tls);
    case "ssh":
      return sshEndpoint(text);
    case "podman":
    case "nerdctl":
      if (rest !== "") throw malformed(text, `it is this machine's ${scheme} command: ${scheme}:// alone, or ${scheme}+ssh://user@host`);
      return scheme === "podman" ? { kind: "podman", ssh: null } : { kind: "command", command: "nerdctl", ssh: null };
    case "podman+ssh":
      return { kind: "podman", ssh: placeBehind(text) };
    case "nerdctl+ssh":
      return { kind: "command", command: "nerdctl", ssh: placeBehind(text) };
    default:
      throw malformed(text, `"${scheme}" is not a scheme cooper speaks`);
  }
}

function unixEndpoint(text: string, path: string): Endpoint {
  if (!path.startsWith("/")) throw malformed(text, "the socket's path must be absolute");
  return { kind: "unix", path };
}

function tcpEndpoint(text: string, tls: TlsMaterial | null): Endpoint {
  const url = parseUrl(text.replace(/^[a-z]+:/u, "dockerd:"), text);
  if (url.hostname === "") throw malformed(text, "it names no machine");
  if (url.pathname !== "" && url.pathname !== "/") throw malformed(text, "a path is not supported there");
  return { kind: "tcp", host: bareHost(url.hostname), port: portOf(url) ?? (tls === null ? PLAIN_PORT : TLS_PORT), tls };
}

function placeBehind(text: string): SshPlace {
  const { host, port, user, socket } = sshEndpoint(text.replace(/^[a-z]+\+/u, ""));
  if (socket !== null) throw malformed(text, "a path is not supported there");
  return { host, port, user };
}

function sshEndpoint(text: string): Extract<Endpoint, { kind: "ssh" }> {
  const url = parseUrl(text, text);
  if (url.hostname === "") throw malformed(text, "it names no machine");
  if (url.password !== "") throw malformed(maskPassword(text), "a password cannot be given there; use a key");
  const host = bareHost(url.hostname);
  const user = decodeURIComponent(url.username);
  // ssh would take a leading dash for an option.
  if (host.startsWith("-") || user.startsWith("-")) throw malformed(text, "a name cannot start with a dash");
  const socket = url.pathname === "" || url.pathname === "/" ? null : decodeURIComponent(url.pathname);
  return { kind: "ssh", host, port: portOf(url), user: user === "" ? null : user, socket };
}

function parseUrl(text: string, shown: string): URL {
  // URL.parse is not there before Node 22.
  if (!URL.canParse(text)) throw malformed(shown, "it is not a URL");
  return new URL(text);
}

function portOf(url: URL): number | null {
  return url.port === "" ? null : Number(url.port);
}

function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/u, "$1");
}

function systemTrust(): TlsMaterial {
  return { ca: null, cert: null, key: null, verify: true };
}

function maskPassword(text: string): string {
  return text.replace(/:[^:@/]*@/u, ":***@");
}

function malformed(text: string, why: string): CooperError {
  return new CooperError("host-malformed", `The engine address "${text}" cannot be used: ${why}.`, {
    hint: "Write unix:///path/to/socket, tcp://host:port, ssh://user@host, podman+ssh://user@host or nerdctl+ssh://user@host, in DOCKER_HOST or in the Docker context.",
  });
}
