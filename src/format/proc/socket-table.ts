import type { ListeningSocket } from "./left-process.ts";

/** A socket that waits for others, with the inode by which /proc/PID/fd names it. */
export interface ListeningRow extends ListeningSocket {
  readonly inode: string;
}

const TCP_LISTEN = "0A";
const UDP_UNCONNECTED = "07";

/** The listening sockets of /proc/PID/net/tcp, tcp6, udp or udp6. */
export function parseSocketTable(text: string, protocol: "tcp" | "udp"): ListeningRow[] {
  const rows: ListeningRow[] = [];
  for (const line of text.split("\n")) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || inode === undefined) continue;
    const isOpen = protocol === "tcp" ? state === TCP_LISTEN : state === UDP_UNCONNECTED && remote.endsWith(":0000");
    const [address, port] = local.split(":");
    if (isOpen && address !== undefined && port !== undefined && port !== "0000") {
      rows.push({ protocol, address: addressOf(address), port: Number.parseInt(port, 16), inode });
    }
  }
  return rows;
}

/** The kernel prints each 32-bit word of an address in the machine's byte order (little-endian on all that engines run on). */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  if (bytes.length === 4) return [...bytes].join(".");
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  return isMapped ? [...bytes.subarray(12)].join(".") : shortest(bytes);
}

/** The text form of RFC 5952: the longest run of zero words becomes "::". */
function shortest(bytes: Buffer): string {
  const words = Array.from({ length: 8 }, (_none, index) => bytes.readUInt16BE(index * 2));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && words[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = words.map((word) => word.toString(16));
  if (best.at < 0) return hex.join(":");
  return `${hex.slice(0, best.at).join(":")}::${hex.slice(best.at + best.length).join(":")}`;
}
