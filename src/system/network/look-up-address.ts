import { lookup } from "node:dns/promises";

/** The IPv4 address of a host name; null when nobody knows it. */
export async function lookUpAddress(name: string): Promise<string | null> {
  try {
    return (await lookup(name, { family: 4 })).address;
  } catch {
    return null;
  }
}
