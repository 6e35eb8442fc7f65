import { BlockList, connect, isIP } from "node:net";
import { networkInterfaces } from "node:os";

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

/** True for an address in a network that this machine is itself a part of: what is sent to others goes out to strangers. */
export function isInOwnNetwork(address: string): boolean {
  const own = new BlockList();
  for (const { cidr } of Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])) {
    const [network = "", bits = ""] = cidr?.split("/") ?? [];
    if (isIP(network) !== 0) own.addSubnet(network, Number(bits), familyOf(network));
  }
  return isIP(address) !== 0 && own.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
