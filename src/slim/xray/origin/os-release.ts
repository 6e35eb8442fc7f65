/** A field of an os-release without its quotes; null where it is not there. */
export function unquoted(osRelease: string, name: string): string | null {
  return new RegExp(`^${name}=["']?(.*?)["']?\\s*$`, "m").exec(osRelease)?.[1] ?? null;
}
