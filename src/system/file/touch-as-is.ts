import { lstat, lutimes } from "node:fs/promises";

/** Sets the times of a name to what they are: whoever watches it is told. False where that cannot be; `onTimes` hears them before, in seconds. */
export async function touchAsIs(path: Uint8Array, onTimes: (times: { readonly modified: number }) => void): Promise<boolean> {
  try {
    const { atimeMs, mtimeMs } = await lstat(Buffer.from(path));
    onTimes({ modified: Math.floor(mtimeMs / 1000) });
    await lutimes(Buffer.from(path), atimeMs / 1000, mtimeMs / 1000);
    return true;
  } catch {
    return false;
  }
}
