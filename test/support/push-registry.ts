import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** A registry on loopback that takes what is pushed and gives it back. */
export interface PushRegistry {
  /** "127.0.0.1:5000" */
  readonly address: string;
  /** "name:tag" of all that was pushed. */
  readonly pushed: () => readonly string[];
  close(): Promise<void>;
}

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Starts it on a free port. */
export async function startPushRegistry(): Promise<PushRegistry> {
  const stored = new Map<string, Stored>();
  const tags: string[] = [];
  const uploads = new Map<string, Buffer>();

  const give = (response: ServerResponse, found: Stored | undefined, withBody: boolean): void => {
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    const headers = { "Content-Type": found.type, "Content-Length": found.bytes.length, "Docker-Content-Digest": digestOf(found.bytes) };
    response.writeHead(200, headers).end(withBody ? found.bytes : undefined);
  };
  const accept = (response: ServerResponse, path: string): void => {
    response.writeHead(202, { Location: path, Range: `0-${(uploads.get(path)?.length ?? 1) - 1}` }).end();
  };
  const takeManifest = (response: ServerResponse, path: string, item: Stored): void => {
    const [, name = "", tag = ""] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(path) ?? [];
    stored.set(path, item);
    stored.set(`/v2/${name}/manifests/${digestOf(item.bytes)}`, item);
    tags.push(`${name}:${tag}`);
    response.writeHead(201, { "Docker-Content-Digest": digestOf(item.bytes) }).end();
  };
  const takeBlob = (response: ServerResponse, path: string, bytes: Buffer): void => {
    const whole = Buffer.concat([uploads.get(path) ?? Buffer.alloc(0), bytes]);
    uploads.delete(path);
    stored.set(`${path.slice(0, path.indexOf("/uploads/"))}/${digestOf(whole)}`, { type: "application/octet-stream", bytes: whole });
    response.writeHead(201, { "Docker-Content-Digest": digestOf(whole) }).end();
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "/", "http://registry").pathname;
    const bytes = await bodyOf(request);
    if (path === "/v2/") response.writeHead(200).end();
    else if (request.method === "POST") accept(response, `${path}${uploads.size}-${stored.size}-${Math.random()}`);
    else if (request.method === "PATCH") {
      uploads.set(path, Buffer.concat([uploads.get(path) ?? Buffer.alloc(0), bytes]));
      accept(response, path);
    } else if (request.method === "PUT" && path.includes("/manifests/")) {
      takeManifest(response, path, { type: request.headers["content-type"] ?? "", bytes });
    } else if (request.method === "PUT") takeBlob(response, path, bytes);
    else give(response, stored.get(path), request.method === "GET");
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { address: `127.0.0.1:${port}`, pushed: () => tags, close };
}
