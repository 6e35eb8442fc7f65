import { chown, rm, stat } from "node:fs/promises";
import { readBytesIfThere, realPath, writeFileAtomically } from "./files.ts";

/**
 * Changes the text of a person's file: bytes that are no UTF-8 stay as they are, a link is followed, mode and owner are kept. `change` gets null
 * where there is no file, and gives null where there shall be none. True where something changed.
 */
export async function editFile(path: string, change: (text: string | null) => string | null): Promise<boolean> {
  const target = (await realPath(path)) ?? path;
  const before = await readBytesIfThere(target);
  const text = before?.toString("latin1") ?? null;
  const after = change(text);
  if (after === text) return false;
  if (after === null) {
    await rm(target, { force: true });
    return true;
  }
  const found = before === null ? null : await stat(target);
  await writeFileAtomically(target, Buffer.from(after, "latin1"), (found?.mode ?? 0o644) & 0o7777);
  if (found !== null && found.uid !== process.getuid?.()) await chown(target, found.uid, found.gid);
  return true;
}

/** A text as `editFile` wants it: a character for each byte. */
export function asBytesText(text: string): string {
  return Buffer.from(text).toString("latin1");
}
