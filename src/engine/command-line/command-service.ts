import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { parseReply } from "../reply.ts";
import type { Target } from "../endpoint/endpoint.ts";
import { serviceSocket } from "../endpoint/find-endpoint.ts";
import { Refusal, refusalOf, sendJson } from "./answer/answer.ts";
import { ExecBook } from "./answer/exec-book.ts";
import type { Surroundings } from "./answer/request.ts";
import { WaitingContainers } from "./answer/waiting-containers.ts";
import { CommandProgram } from "./command-program.ts";
import { findAnswer, findTakeover } from "./routes.ts";

/** The engine's API, answered in this process by commands of a program that has none: what clients of the API ask, the program is told in words. */
export class CommandService {
  readonly #folder: string;
  readonly #around: Surroundings;
  #listening: Promise<string> | null = null;

  constructor(target: Target) {
    const program = new CommandProgram(target);
    this.#folder = target.serviceFolder ?? "";
    this.#around = { program, execs: new ExecBook(program), waiting: new WaitingContainers(program) };
  }

  /** Path of the socket where it is answered. */
  socket(): Promise<string> {
    this.#listening ??= this.#listen();
    return this.#listening;
  }

  async #listen(): Promise<string> {
    await mkdir(this.#folder, { mode: 0o700 });
    process.once("exit", () => rmSync(this.#folder, { recursive: true, force: true }));
    const path = serviceSocket(this.#folder);
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => void this.#takeOver(request, socket, head));
    await listenAt(server, path);
    // Who has nothing else to do ends.
    server.unref();
    return path;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = partsOf(request);
    const found = findAnswer(request.method ?? "GET", path);
    try {
      if (found === null) throw unanswered(this.#around, request, path);
      await found.answer({ ...this.#around, query, name: found.name, body: request }, response);
    } catch (error) {
      const { status, message } = refusalOf(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, { message }, status);
    }
  }

  async #takeOver(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => undefined);
    const { path } = partsOf(request);
    const found = findTakeover(request.method ?? "GET", path);
    try {
      if (found === null) throw unanswered(this.#around, request, path);
      const body = await bodyBefore(request, socket, head);
      const open = (): Duplex => {
        socket.write(
          "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
        );
        return socket;
      };
      await found.answer({ ...this.#around, name: found.name }, parseReply(body.toString()), open);
    } catch (error) {
      const { status, message } = refusalOf(error);
      const text = JSON.stringify({ message });
      const head_ = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}\r\nContent-Type: application/json`;
      socket.end(`${head_}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`);
    }
  }
}

function listenAt(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve());
  });
}

function partsOf(request: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = "/", query = ""] = (request.url ?? "/").split("?");
  return { path, query: new URLSearchParams(query) };
}

function unanswered({ program }: Surroundings, request: IncomingMessage, path: string): Refusal {
  const what = `${request.method ?? "GET"} ${path.replace(/^\/v[\d.]+/u, "")}`;
  return new Refusal(501, `${program.name} has no API, and cooper has no command of it for ${what}; docker and podman have one`);
}

/** The body of a request whose connection is taken over stands before what is carried. */
async function bodyBefore(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Buffer> {
  const length = Number(request.headers["content-length"] ?? 0);
  let all = head;
  while (all.length < length) all = Buffer.concat([all, await nextChunk(socket)]);
  if (all.length > length) socket.unshift(all.subarray(length));
  return all.subarray(0, length);
}

function nextChunk(socket: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.once("data", (chunk: Buffer) => {
      socket.pause();
      resolve(chunk);
    });
    socket.once("close", () => reject(new Error("the connection was closed before the request had come")));
  });
}
