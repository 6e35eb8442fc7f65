import { findShapes } from "../../format/secret/find-shapes.ts";
import { isSecretContent } from "../../format/secret/secret-content.ts";
import { isSecretPath } from "../../format/secret/secret-path.ts";
import type { TarMember } from "../../format/tar/member.ts";
import type { BuiltModule, BuiltWith } from "./built-module.ts";
import { createProgramLook } from "./program-look.ts";
import { isToldText } from "./told-texts.ts";

/** Why a file is taken for a secret; the secret itself is never kept. */
export type SecretKind = "private key" | "secret by its name" | "secret in its content";

/** What a look at a file's bytes found. */
export interface Seen {
  readonly content: Buffer | null;
  readonly secret: SecretKind | null;
  readonly builtWith: BuiltWith | null;
  readonly modules: readonly BuiltModule[];
}

/** Of a file that nothing is known of. */
export const NOTHING_SEEN: Seen = { content: null, secret: null, builtWith: null, modules: [] };

/** Sees the bytes of one file as they pass. */
export interface ContentLook {
  take(piece: Buffer): void;
  end(): Seen;
}

/** Longer files are not searched for secrets. */
const LONGEST_SEARCHED = 256 * 1024;
/** There, text that looks like a setting is data, documentation or somebody else's code. */
const OTHERS =
  /^\/(?:usr\/(?!local\/etc\/|app\/|src\/(?!linux|kernels|debug))|lib(?:32|64|x32)?\/|bin\/|sbin\/|boot\/|var\/(?:lib\/(?:dpkg|apt|rpm|pacman|pam)|cache)\/|etc\/(?:ssl\/certs|alternatives|services|mime|init\.d|pam\.d|security|X11|fonts)|lib\/apk\/)|\/(?:node_modules|site-packages|dist-packages|gems|vendor|\.git\/objects)\//;
/** In source code a setting may be a variable or an example: only what has the look of a token counts. */
const SOURCE = /\.(?:js|mjs|cjs|ts|tsx|css|html?|md|rst|map|py|rb|php|java|go|rs|c|h|svg|lock)$/;
/** Documentation is full of them. */
const IN_A_URL = "password in a URL";
/** Files of package managers, whose names tell nothing. */
const STATE = /^\/var\/lib\/(?:pam|dpkg|apt)\//;

/** A look for a member with bytes; null where nothing in it is of interest. */
export function createContentLook(member: TarMember): ContentLook | null {
  const isTold = isToldText(member.path, member.size);
  if (isTold || member.size <= LONGEST_SEARCHED) return lookAtWhole(member, isTold);
  return lookAtName(member) ?? lookAtProgram();
}

function lookAtName({ path }: TarMember): ContentLook | null {
  if (!isSecretPath(path)) return null;
  return { take: () => undefined, end: () => ({ ...NOTHING_SEEN, secret: "secret by its name" }) };
}

function lookAtWhole({ path }: TarMember, isTold: boolean): ContentLook {
  const pieces: Buffer[] = [];
  return {
    take: (piece) => void pieces.push(Buffer.from(piece)),
    end() {
      const content = Buffer.concat(pieces);
      return isTold ? { ...NOTHING_SEEN, content } : { ...NOTHING_SEEN, secret: secretIn(path, content) };
    },
  };
}

function secretIn(path: string, content: Buffer): SecretKind | null {
  if (content.includes("PRIVATE KEY-----") && isSecretContent(content)) return "private key";
  if (isSecretPath(path) && !STATE.test(path)) return "secret by its name";
  if (OTHERS.test(path)) return null;
  const isSecret = SOURCE.test(path) ? holdsToken(content) : isSecretContent(content);
  return isSecret ? "secret in its content" : null;
}

function holdsToken(content: Buffer): boolean {
  return findShapes(content.toString("latin1")).some(({ name }) => name !== IN_A_URL);
}

function lookAtProgram(): ContentLook {
  const look = createProgramLook();
  return { take: (piece) => look.take(piece), end: () => ({ ...NOTHING_SEEN, ...look.end() }) };
}
