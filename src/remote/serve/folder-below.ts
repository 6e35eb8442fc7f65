/** The rest of `path` below `folder`, as an absolute path; null where it is not below. */
export function folderBelow(folder: string, path: Buffer): Buffer | null {
  const start = Buffer.from(folder);
  if (!path.subarray(0, start.length).equals(start)) return null;
  const rest = path.subarray(start.length);
  if (rest.length === 0) return Buffer.from("/");
  return rest[0] === 0x2f ? rest : null;
}
