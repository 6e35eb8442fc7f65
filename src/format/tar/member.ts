import type { EntryType } from "../tree/entry.ts";

/** One member of a tar archive, without its bytes. Texts are those of `decodePath`, so that any bytes come back. */
export interface TarMember {
  /** As it stands in the archive (relative or absolute), without a slash at its end. */
  readonly path: string;
  readonly type: EntryType | "hardlink";
  /** Permission bits with set-uid, set-gid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
  /** Bytes of a file, 0 for all else. */
  readonly size: number;
  /** Seconds since 1970, perhaps with a fraction, perhaps negative. */
  readonly modifiedAt: number;
  /** Target of a symbolic link; for a hard link the archive's path of the first name. */
  readonly link: string;
  readonly device: readonly [number, number];
  /** Name to hexadecimal bytes. */
  readonly xattrs: Readonly<Record<string, string>>;
}

/** A member made of the parts that matter; the rest is that of a plain empty file of root. */
export function tarMember(parts: Partial<TarMember> & { readonly path: string }): TarMember {
  const plain = { type: "file", mode: 0o644, uid: 0, gid: 0, userName: "", groupName: "", size: 0, modifiedAt: 0, link: "" } as const;
  return { ...plain, device: [0, 0], xattrs: {}, ...parts };
}
