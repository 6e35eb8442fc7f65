import { Agent } from "node:http";
import { connect as connectSocket } from "node:net";
import { type Duplex, PassThrough } from "node:stream";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { Target, TlsMaterial } from "../endpoint/endpoint.ts";
import { CommandService } from "../command-line/command-service.ts";
import { PodmanService } from "./podman-service.ts";
import { ProcessStream, sshCommand } from "./ssh-stream.ts";

/**
 * The connections to one engine. Over the network they are kept for the next request: a new ssh connection takes longer than most answers. On this
 * machine a new one is cheap, and nobody has closed it in the meantime; only those of questions that are one of many are kept.
 */
export class Connections {
  readonly #usual: Opener;
  readonly #kept: Opener;

  constructor(target: Target) {
    this.#kept = new Opener(target, true);
    this.#usual = target.endpoint.kind === "unix" ? new Opener(target, false) : this.#kept;
  }

  /** What a request goes through. */
  agent(isOneOfMany: boolean): Agent {
    return isOneOfMany ? this.#kept : this.#usual;
  }

  /** Closes those that are kept. */
  destroy(): void {
    this.#usual.destroy();
    this.#kept.destroy();
  }
}

class Opener extends Agent {
  readonly #target: Target;
  readonly #service: { socket(): Promise<string> } | null;

  constructor(target: Target, keepAlive: boolean) {
    super({ keepAlive });
    this.#target = target;
    this.#service = serviceOf(target);
  }

  override createConnection(_options: unknown, done?: (error: Error | null, stream: Duplex) => void): Duplex | undefined {
    if (this.#service === null) return connect(this.#target);
    this.#service.socket().then(
      (path) => done?.(null, connectSocket({ path })),
      (error: unknown) => done?.(asError(error), new PassThrough()),
    );
    return undefined;
  }
}

/** What answers in the place of an engine that has no socket of its own. */
function serviceOf(target: Target): { socket(): Promise<string> } | null {
  if (target.endpoint.kind === "command") return new CommandService(target);
  return target.endpoint.kind === "podman" ? new PodmanService(target) : null;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function connect({ endpoint, env, sshControl, sshSocket }: Target): Duplex {
  switch (endpoint.kind) {
    case "unix":
      return connectSocket({ path: endpoint.path });
    case "tcp":
      return endpoint.tls === null
        ? connectSocket({ host: endpoint.host, port: endpoint.port }).setNoDelay(true).setKeepAlive(true, 30_000)
        : connectTls(tlsOptions(endpoint.host, endpoint.port, endpoint.tls))
            .setNoDelay(true)
            .setKeepAlive(true, 30_000);
    case "podman":
    case "command":
      throw new Error("an engine without a socket is asked through what answers for it");
    case "ssh":
      return sshSocket === undefined ? new ProcessStream(sshCommand(endpoint, sshControl), env) : connectSocket({ path: sshSocket });
  }
}

function tlsOptions(host: string, port: number, tls: TlsMaterial): ConnectionOptions {
  return {
    host,
    port,
    rejectUnauthorized: tls.verify,
    ...(/^[\d.]+$|:/u.test(host) ? {} : { servername: host }),
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: tls.key }),
  };
}
