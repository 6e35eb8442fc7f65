import { type TarInput, writeTar } from "../../format/tar/write-tar.ts";

/** A small archive in memory. */
export async function archiveOf(inputs: Iterable<TarInput>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of writeTar(inputs)) pieces.push(piece);
  return Buffer.concat(pieces);
}
