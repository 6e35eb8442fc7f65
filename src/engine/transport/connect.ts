import { Agent } from "node:http";
import { connect as connectSocket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { Target, TlsMaterial } from "../endpoint/endpoint.ts";
import { ProcessStream, sshCommand } from "./ssh-stream.ts";

/** Opens the connections to one engine. Over the network they are kept for the next request: a new ssh connection takes longer than most answers. */
export class Connections extends Agent {
  readonly #target: Target;

  constructor(target: Target) {
    super({ keepAlive: target.endpoint.kind !== "unix" });
    this.#target = target;
  }

  override createConnection(): Duplex {
    return connect(this.#target);
  }
}

function connect({ endpoint, env, sshControl }: Target): Duplex {
  switch (endpoint.kind) {
    case "unix":
      return connectSocket({ path: endpoint.path });
    case "tcp":
      return endpoint.tls === null
        ? connectSocket({ host: endpoint.host, port: endpoint.port }).setNoDelay(true).setKeepAlive(true, 30_000)
        : connectTls(tlsOptions(endpoint.host, endpoint.port, endpoint.tls))
            .setNoDelay(true)
            .setKeepAlive(true, 30_000);
    case "ssh":
      return new ProcessStream(sshCommand(endpoint, sshControl), env);
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
