/** An IPv4 network as its first address (a number) and the bits of its prefix. */
export interface Network {
  readonly address: number;
  readonly bits: number;
}

const POOL_BITS = 16;
const FIRST_POOL = 200;
const LAST_POOL = 254;

/** Reads "10.1.0.0/16" or "10.1.2.3"; null for anything else ("default"). */
export function parseNetwork(text: string): Network | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/u.exec(text);
  if (match === null) return null;
  const bytes = match.slice(1, 5).map(Number);
  const bits = Number(match[5] ?? 32);
  if (bytes.some((byte) => byte > 255) || bits > 32) return null;
  return firstAddress({ address: bytes.reduce((sum, byte) => sum * 256 + byte, 0), bits });
}

/** True when some address belongs to both. */
export function overlap(left: Network, right: Network): boolean {
  const bits = Math.min(left.bits, right.bits);
  return firstAddress({ address: left.address, bits }).address === firstAddress({ address: right.address, bits }).address;
}

/** The first network 10.200.0.0/16 … 10.254.0.0/16 that meets none of the given ones; null when all are taken. */
export function choosePool(taken: readonly Network[]): string | null {
  for (let second = FIRST_POOL; second <= LAST_POOL; second += 1) {
    const text = `10.${second}.0.0/${POOL_BITS}`;
    const pool = parseNetwork(text);
    if (pool !== null && !taken.some((network) => overlap(network, pool))) return text;
  }
  return null;
}

function firstAddress({ address, bits }: Network): Network {
  const size = 2 ** (32 - bits);
  return { address: Math.floor(address / size) * size, bits };
}
