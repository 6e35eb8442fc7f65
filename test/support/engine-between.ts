import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";

const real = (process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock").replace(/^unix:\/\//, "");

/** A request to the engine, before the engine has it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: Buffer;
}

/** What becomes of a request: the body that the engine gets, or what is answered without it. */
export type Decision = Buffer | { readonly status: number; readonly message: string };

export interface EngineBetween {
  readonly host: string;
  readonly close: () => void;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function pass(asked: IncomingMessage, answer: ServerResponse, body: Buffer): void {
  const headers = { ...asked.headers, "content-length": String(body.length) };
  delete headers["transfer-encoding"];
  const passed = request({ socketPath: real, method: asked.method, path: asked.url, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 500, reply.headers);
    reply.pipe(answer);
  });
  answer.once("close", () => passed.destroy());
  passed.on("error", () => answer.destroy());
  passed.end(body);
}

/** A socket before the engine's own, where somebody decides of each request. */
export async function engineBetween(socket: string, decide: (asked: Asked) => Decision): Promise<EngineBetween> {
  const server = createServer((asked, answer) => {
    void bodyOf(asked)
      .then((body) => {
        const decision = decide({ method: asked.method ?? "", url: asked.url ?? "", body });
        if (Buffer.isBuffer(decision)) return pass(asked, answer, decision);
        answer.writeHead(decision.status, { "content-type": "application/json" });
        answer.end(JSON.stringify({ message: decision.message }));
      })
      .catch(() => answer.destroy());
  });
  server.on("upgrade", (asked, client, head) => {
    const upstream = connect(real, () => {
      const lines = Object.entries(asked.headers).map(([key, value]) => `${key}: ${String(value)}`);
      upstream.write(`${asked.method ?? "POST"} ${asked.url ?? "/"} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const end of [upstream, client]) end.on("error", () => end.destroy());
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { host: `unix://${socket}`, close };
}
