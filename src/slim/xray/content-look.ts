import { isSecretContent } from "../../format/secret/secret-content.ts";
import { isSecretPath } from "../../format/secret/secret-path.ts";
import type { TarMember } from "../../format/tar/member.ts";
import { isToldText } from "./told-texts.ts";

/** Why a file is taken for a secret; the secret itself is never kept. */
export type SecretKind = "private key" | "secret by its name" | "secret in its content";

/** A compiler that leaves its mark in the programs that it makes. */
export type BuiltWith = "Go" | "Rust";

/** What a look at a file's bytes found. */
interface Seen {
  readonly text: string | null;
  readonly secret: SecretKind | null;
  readonly builtWith: BuiltWith | null;
}

/** Sees the bytes of one file as they pass. */
export interface ContentLook {
  take(piece: Buffer): void;
  end(): Seen;
}

/** Longer files are not searched for secrets. */
const LONGEST_SEARCHED = 256 * 1024;
/** There, text that looks like a setting is code, data or documentation. */
const CODE =
  /^\/(?:usr\/(?!local\/etc\/)|lib(?:32|64|x32)?\/|bin\/|sbin\/|boot\/|var\/(?:lib\/(?:dpkg|apt|rpm|pacman|pam)|cache)\/|etc\/(?:ssl\/certs|alternatives|services|mime|init\.d|pam\.d|security|X11|fonts)|lib\/apk\/)|\/(?:node_modules|site-packages|dist-packages|gems|vendor|\.git\/objects)\/|\.(?:js|mjs|cjs|ts|tsx|css|html?|md|rst|map|py|rb|php|java|go|rs|c|h|svg|lock)$/;
/** Files of package managers, whose names tell nothing. */
const STATE = /^\/var\/lib\/(?:pam|dpkg|apt)\//;
const MARKS: readonly (readonly [BuiltWith, Buffer])[] = [
  ["Go", Buffer.from("\xff Go buildinf:", "latin1")],
  ["Rust", Buffer.from("/rustc/", "latin1")],
];
const LONGEST_MARK = 16;
const ELF = Buffer.from("\x7fELF", "latin1");

/** A look for a member with bytes; null where nothing in it is of interest. */
export function createContentLook(member: TarMember): ContentLook | null {
  const isTold = isToldText(member.path, member.size);
  if (isTold || member.size <= LONGEST_SEARCHED) return lookAtWhole(member, isTold);
  return (member.mode & 0o111) !== 0 ? lookAtProgram() : lookAtName(member);
}

function lookAtName({ path }: TarMember): ContentLook | null {
  if (!isSecretPath(path)) return null;
  return { take: () => undefined, end: () => ({ text: null, secret: "secret by its name", builtWith: null }) };
}

function lookAtWhole({ path }: TarMember, isTold: boolean): ContentLook {
  const pieces: Buffer[] = [];
  return {
    take: (piece) => void pieces.push(Buffer.from(piece)),
    end() {
      const content = Buffer.concat(pieces);
      if (isTold) return { text: content.toString("utf8"), secret: null, builtWith: null };
      return { text: null, secret: secretIn(path, content), builtWith: null };
    },
  };
}

function secretIn(path: string, content: Buffer): SecretKind | null {
  if (content.includes("PRIVATE KEY-----") && isSecretContent(content)) return "private key";
  if (isSecretPath(path) && !STATE.test(path)) return "secret by its name";
  return !CODE.test(path) && isSecretContent(content) ? "secret in its content" : null;
}

function lookAtProgram(): ContentLook {
  let rest: Buffer = Buffer.alloc(0);
  let isElf: boolean | null = null;
  let found: BuiltWith | null = null;
  return {
    take(piece) {
      if (isElf === false || found !== null) return;
      // A mark may lie across two pieces.
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      if (isElf === null && bytes.length >= ELF.length) isElf = bytes.subarray(0, ELF.length).equals(ELF);
      found = MARKS.find(([, mark]) => bytes.includes(mark))?.[0] ?? null;
      rest = Buffer.from(bytes.subarray(Math.max(0, bytes.length - LONGEST_MARK)));
    },
    end: () => ({ text: null, secret: null, builtWith: isElf === true ? found : null }),
  };
}
