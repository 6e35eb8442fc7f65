import { damagedTar } from "./damaged.ts";

/** The records of a PAX extended header, key to value bytes, in order. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

/** Reads "LENGTH key=value\n" records; the value may hold any bytes. */
export function parsePax(bytes: Buffer): PaxRecords {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString("latin1", at, space));
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    const isSound = Number.isInteger(length) && end <= bytes.length && equals > space && equals < end && bytes[end - 1] === 0x0a;
    if (!isSound) throw damagedTar("an extended header has a broken record");
    records.set(bytes.toString("latin1", space + 1, equals), Buffer.from(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

/** The bytes of the records, in the given order. Keys are latin-1 texts, so that any bytes of a name come back. */
export function formatPax(records: PaxRecords): Buffer {
  const parts: Buffer[] = [];
  for (const [key, value] of records) {
    const rest = Buffer.concat([Buffer.from(` ${key}=`, "latin1"), value, Buffer.of(0x0a)]);
    parts.push(Buffer.from(String(recordLength(rest.length)), "latin1"), rest);
  }
  return Buffer.concat(parts);
}

/** The length of a record counts the digits of that length too. */
function recordLength(rest: number): number {
  const guess = rest + String(rest).length;
  return rest + String(guess).length;
}
