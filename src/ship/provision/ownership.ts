import type { Ownership } from "../../system/write-no-follow.ts";

interface Wanted {
  readonly owner: string | null;
  readonly group: string | null;
  readonly mode: string | null;
}

/** Owner and mode as numbers; names are not looked up yet. */
export function readOwnership({ owner, group, mode }: Wanted): Ownership {
  const id = (text: string | null): number | null => (text !== null && /^\d+$/u.test(text) ? Number(text) : null);
  return { uid: id(owner), gid: id(group ?? owner), mode: mode === null ? null : Number.parseInt(mode, 8) };
}
