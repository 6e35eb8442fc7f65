import { CooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { sshMissing } from "./ssh-stream.ts";
import type { Endpoint, Target } from "../endpoint/endpoint.ts";

const NO_ENGINE = new Set(["ENOENT", "ECONNREFUSED"]);
const NOT_ALLOWED = new Set(["EACCES", "EPERM"]);

/** The error of a connection that failed, told apart by what the person has to do. */
export function connectionError(cause: unknown, target: Target): CooperError {
  const { endpoint } = target;
  if (cause instanceof CooperError)
    return endpoint.kind === "ssh" && cause.code === "program-not-found" ? sshMissing(endpoint.host) : cause;
  const code = codeOf(cause);
  if (target.endpoint.kind === "unix" && NOT_ALLOWED.has(code)) return permissionError(cause, target);
  if (target.endpoint.kind === "unix" && NO_ENGINE.has(code)) return noEngineError(cause, target);
  return unreachableError(cause, target);
}

function permissionError(cause: unknown, target: Target): CooperError {
  return new CooperError("engine-permission", `You may not use the engine's socket ${target.url} (${target.source}).`, {
    hint: "An engine is there, but the socket is not yours: run as root, or join its group (`sudo usermod -aG docker $USER`) and log in again.",
    exit: EXIT.engine,
    cause,
  });
}

function noEngineError(cause: unknown, target: Target): CooperError {
  const isStale = codeOf(cause) === "ECONNREFUSED";
  const what = isStale ? `Nothing answers at ${target.url}` : `There is no socket at ${target.url}`;
  return new CooperError("no-engine", `There is no Docker engine: ${what} (${target.source}).`, {
    hint: "Start your engine, set DOCKER_HOST, or start a private one: `cooper engine start`.",
    exit: EXIT.engine,
    cause,
  });
}

function unreachableError(cause: unknown, target: Target): CooperError {
  return new CooperError("engine-unreachable", `The engine at ${target.url} (${target.source}) cannot be reached: ${messageOf(cause)}`, {
    hint: remedy(target),
    exit: EXIT.engine,
    cause,
  });
}

function remedy(target: Target): string {
  switch (target.endpoint.kind) {
    case "ssh":
      return `Try \`ssh ${target.endpoint.host} docker version\`: it must work without a question. The docker command must be installed there.`;
    case "podman":
    case "command":
      return remedyOfCommand(target.endpoint);
    case "tcp":
      return target.endpoint.tls === null
        ? "Look at the address; does the engine want TLS (DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH)?"
        : "Look at the address and at ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH or the Docker context.";
    case "unix":
      return "Is that socket a Docker engine's? See its log, or try `docker version`.";
  }
}

function remedyOfCommand(endpoint: Extract<Endpoint, { kind: "podman" | "command" }>): string {
  const command = endpoint.kind === "podman" ? "podman" : endpoint.command;
  return endpoint.ssh === null
    ? `Try \`${command} version\`: the ${command} command must be installed here.`
    : `Try \`ssh ${endpoint.ssh.host} ${command} version\`: it must work without a question. The ${command} command must be installed there.`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Not implemented there. */
const HAS_NOT = 501;
const WANTS_TLS = "HTTP request to an HTTPS server";

/** The error of a reply with a status of 400 and above, with the engine's own words. */
export function replyError(status: number, message: string, code = "engine-refused"): CooperError {
  if (message.includes(WANTS_TLS)) {
    return new CooperError("engine-unreachable", `The engine says: ${message}`, {
      hint: "It wants TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.",
      exit: EXIT.engine,
    });
  }
  if (status === HAS_NOT) {
    return new CooperError("engine-cannot", `The engine says: ${message}`, {
      hint: "Use docker or podman on that machine for it, or do it by hand there. See docs/findings/engine-cannot.md.",
      exit: EXIT.engine,
    });
  }
  return new CooperError(code, `The engine says: ${message === "" ? `HTTP status ${status}` : message}`, {
    hint: status >= 500 ? "Look at the engine's log." : "See the message; `docker inspect` and `docker events` tell more.",
    exit: EXIT.engine,
  });
}
