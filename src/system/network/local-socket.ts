import { createHash } from "node:crypto";
import { chmodSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { removeTree } from "../file/files.ts";

export type LocalSocket = Socket;

/** The longest path that a Unix socket can have. */
const LONGEST_PATH = 100;

/** False where the system would cut the path off. */
export function isSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_PATH;
}

/** Serves a Unix socket that only its owner can open; what is left at the path of an earlier process is replaced. */
export async function listenLocal(path: string, onConnection: (socket: LocalSocket) => void): Promise<{ close(): void }> {
  await removeTree(path);
  const server = createServer({ allowHalfOpen: true }, onConnection);
  const mask = process.umask(0o177);
  try {
    await listening(server, path);
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o600);
  return { close: () => void server.close() };
}

/** A connection to a Unix socket; null where nobody serves it. */
export function connectLocal(path: string): Promise<LocalSocket | null> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.once("error", () => resolve(null));
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

/** A claim that ends with this process, however it ends; null where another process has it. */
export async function claimName(name: string): Promise<{ release(): void } | null> {
  const server = createServer((socket) => socket.destroy());
  try {
    // A name without a file: the kernel forgets it with its process.
    await listening(server, `\0cooper-${createHash("sha256").update(name).digest("hex")}`);
    server.unref();
    return { release: () => void server.close() };
  } catch {
    return null;
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
