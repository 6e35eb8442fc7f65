import { lstat, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries.map((entry) => path.join(folder, entry));
}

async function bytesOf(file: string): Promise<Buffer> {
  if (!(await lstat(file)).isFile()) return Buffer.alloc(0);
  const bytes = await readFile(file);
  return file.endsWith(".gz") || (bytes[0] === 0x1f && bytes[1] === 0x8b) ? gunzipSync(bytes) : bytes;
}

/** Where a secret is found in the files of some folders and in some named texts, as "place: secret". */
export async function findSecrets(
  secrets: readonly string[],
  folders: readonly string[],
  texts: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const found = Object.entries(texts).flatMap(([place, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${place}: ${secret}`),
  );
  for (const file of (await Promise.all(folders.map(filesBelow))).flat()) {
    const bytes = await bytesOf(file);
    found.push(...secrets.filter((secret) => bytes.includes(secret)).map((secret) => `${file}: ${secret}`));
  }
  return found;
}
