import { createHash } from "node:crypto";
import type { Finding } from "../base/finding.ts";
import { isSecretContent } from "../format/secret/secret-content.ts";
import { isSecretPath } from "../format/secret/secret-path.ts";
import { matchesPattern } from "../format/tree/path-pattern.ts";
import { CONTENT_LIMITS, type ContentStore } from "../system/store/content-store.ts";
import { type OpenFile, readWhole } from "../system/file/no-follow.ts";

/** Contents that nothing made of a History will ever need: what package managers fetch or build for themselves. */
const NOT_KEPT = [
  "/var/cache/apt/**",
  "/var/lib/apt/lists/**",
  "/var/cache/ldconfig/**",
  "/var/cache/man/**",
  "/var/cache/debconf/**",
  "/var/lib/dpkg/info/**",
  "/var/lib/dpkg/*-old",
  "/var/lib/dpkg/triggers/**",
  "/var/cache/apk/**",
  "/var/cache/dnf/**",
  "/var/cache/yum/**",
  "/proc/**",
  "/sys/**",
  "/dev/**",
  "**/__pycache__/**",
] as const;

const PIECE = 1024 * 1024;
/** Beyond this, looking for secrets in a content takes longer than it is worth. */
const SECRET_PROBE = 4 * 1024 * 1024;

/** The hash of a file's content, and whether the store has it. */
export interface KeptContent {
  readonly hash: string;
  readonly size: number;
  readonly kept: boolean;
  readonly findings: readonly Finding[];
}

/** What is known of a file before it is read. */
export interface ContentContext {
  readonly path: string;
  /** A package brought it: its content comes with the package. */
  readonly isOfPackage: boolean;
  /** The hash it had before, when it was there. */
  readonly hashBefore: string | undefined;
}

/** Hashes changed files and puts the contents worth keeping into the store. */
export class ContentKeeper {
  readonly #contents: ContentStore;
  readonly #knownSecrets: () => readonly string[];
  #isFullnessSaid = false;

  constructor(contents: ContentStore, knownSecrets: () => readonly string[]) {
    this.#contents = contents;
    this.#knownSecrets = knownSecrets;
  }

  /** Takes the content of an open file. */
  takeFile(file: OpenFile, context: ContentContext): KeptContent {
    const isTooLarge = file.stat.size > CONTENT_LIMITS.fileBytes;
    if (isTooLarge || !isWorthKeeping(context)) return this.#onlyHashed(hashFile(file), context, isTooLarge);
    const bytes = readWhole(file, CONTENT_LIMITS.fileBytes + 1);
    if (bytes.length > CONTENT_LIMITS.fileBytes) return this.#onlyHashed(hashFile(file), context, true);
    return this.takeBytes(bytes, context);
  }

  /** Takes a content at hand. */
  takeBytes(bytes: Buffer, context: ContentContext): KeptContent {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const plain = { hash, size: bytes.length };
    if (hash === context.hashBefore) return { ...plain, kept: this.#contents.has(hash), findings: [] };
    if (!isWorthKeeping(context)) return { ...plain, kept: false, findings: [] };
    if (this.#isSecret(bytes, context.path)) return { ...plain, kept: false, findings: [secretFinding(context.path)] };
    const stored = this.#contents.putSync(bytes);
    return { ...plain, kept: stored.kept, findings: stored.kept ? [] : this.#loss(context.path, stored.lost ?? "too-large") };
  }

  /** A store that is full is said once, not for each of thousands of files. */
  #loss(path: string, lost: keyof typeof LOST): readonly Finding[] {
    if (lost !== "store-full") return [lostFinding(path, lost)];
    const isSaid = this.#isFullnessSaid;
    this.#isFullnessSaid = true;
    return isSaid ? [] : [lostFinding(path, lost)];
  }

  #onlyHashed(hashed: { readonly hash: string; readonly size: number }, context: ContentContext, isTooLarge: boolean): KeptContent {
    const isNew = hashed.hash !== context.hashBefore;
    const findings = isTooLarge && isNew && isWorthKeeping(context) ? [lostFinding(context.path, "too-large")] : [];
    return { ...hashed, kept: this.#contents.has(hashed.hash), findings };
  }

  #isSecret(bytes: Buffer, path: string): boolean {
    return isSecretPath(path) || (bytes.length <= SECRET_PROBE && isSecretContent(bytes, this.#knownSecrets()));
  }
}

/** Whether something made of a History may need the content. */
export function isWorthKeeping(context: Pick<ContentContext, "path" | "isOfPackage">): boolean {
  return !context.isOfPackage && !NOT_KEPT.some((pattern) => matchesPattern(pattern, context.path));
}

function hashFile(file: OpenFile): { readonly hash: string; readonly size: number } {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(file.stat.size, 1)));
  let size = 0;
  for (let count = file.read(piece, size); count > 0; count = file.read(piece, size)) {
    hash.update(piece.subarray(0, count));
    size += count;
  }
  return { hash: hash.digest("hex"), size };
}

function secretFinding(path: string): Finding {
  return {
    code: "secret-content",
    message: `${JSON.stringify(path)} holds a secret: its content is not kept.`,
    hint: "The Dockerfile gets a placeholder; give the file with replay --secret when it is built.",
    where: { path },
  };
}

const LOST = {
  "too-large": "it is larger than 64 MB",
  "store-full": "the contents kept for this container reached 1 GB, and no further ones are",
  "disk-full": "the disk is full",
  secret: "it holds a secret",
} as const;

function lostFinding(path: string, lost: keyof typeof LOST): Finding {
  return {
    code: "content-not-kept",
    message: `The content of ${JSON.stringify(path)} is not kept: ${LOST[lost]}.`,
    hint: "Only the commands that made it can reproduce it.",
    where: { path },
  };
}
