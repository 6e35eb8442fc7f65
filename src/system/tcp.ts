import { connect } from "node:net";

interface Exchange {
  readonly host: string;
  readonly port: number;
  readonly send: Uint8Array | string;
  readonly timeoutMs: number;
  /** Bytes after which no more is read. */
  readonly limit: number;
}

/** Connects, sends, and reads until the other side ends, the limit or the deadline; null where nothing answers. */
export function exchangeTcp({ host, port, send, timeoutMs, limit }: Exchange): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let isConnected = false;
    let size = 0;
    const socket = connect({ host, port });
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isConnected ? Buffer.concat(chunks).subarray(0, limit) : null);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.on("connect", () => {
      isConnected = true;
      socket.write(send);
    });
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) end();
    });
    socket.on("end", end);
    socket.on("error", end);
  });
}
