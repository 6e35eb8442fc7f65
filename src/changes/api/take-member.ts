import { createHash } from "node:crypto";
import type { Finding } from "../../base/finding.ts";
import type { TarFile } from "../../format/tar/read-tar.ts";
import type { Entry } from "../../format/tree/entry.ts";
import { CONTENT_LIMITS } from "../../system/store/content-store.ts";
import type { ResolveContext } from "../change-source.ts";
import { entryOf } from "../read-export.ts";
import { collect } from "../read-file.ts";

export interface TakerParts extends ResolveContext {
  readonly present: ReadonlyMap<string, Entry>;
  readonly wanted: ReadonlySet<string>;
}

export interface TakenMembers {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly kept: ReadonlySet<string>;
  readonly changedAt: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

/** Makes entries of archive members and has the contents of files taken by the keeper. */
export class MemberTaker {
  readonly #parts: TakerParts;
  readonly #entries = new Map<string, Entry>();
  readonly #kept = new Set<string>();
  readonly #changedAt = new Map<string, number>();
  readonly #links = new Map<string, string>();
  readonly #findings: Finding[] = [];

  constructor(parts: TakerParts) {
    this.#parts = parts;
  }

  /** Takes the member at an absolute path, if that path is wanted. */
  async take(path: string, { member, body }: TarFile): Promise<void> {
    if (!this.#parts.wanted.has(path)) return;
    this.#changedAt.set(path, Math.round(member.modifiedAt * 1000));
    if (member.type === "hardlink") this.#links.set(path, `/${member.link}`);
    else if (member.type === "file") this.#entries.set(path, { ...entryOf(member), ...(await this.#takeContent(path, { member, body })) });
    else this.#entries.set(path, entryOf(member));
  }

  /** Takes a file whose content is not worth keeping. */
  takeHashed(path: string, entry: Entry): void {
    this.#entries.set(path, entry);
  }

  async #takeContent(path: string, { member, body }: TarFile): Promise<{ readonly hash: string; readonly size: number }> {
    if (member.size > CONTENT_LIMITS.fileBytes) {
      const hash = createHash("sha256");
      for await (const piece of body) hash.update(piece);
      return { hash: hash.digest("hex"), size: member.size };
    }
    const context = { path, isOfPackage: this.#parts.isOfPackage(path), hashBefore: this.#parts.present.get(path)?.hash };
    const { hash, size, kept, findings } = this.#parts.keeper.takeBytes(await collect(body), context);
    if (kept) this.#kept.add(path);
    this.#findings.push(...findings);
    return { hash, size };
  }

  finish(): TakenMembers {
    for (const [path, target] of this.#links) {
      const entry = this.#entries.get(target) ?? this.#parts.present.get(target);
      if (entry !== undefined) this.#entries.set(path, { ...entry, hardLink: target });
    }
    return { entries: this.#entries, kept: this.#kept, changedAt: this.#changedAt, findings: this.#findings };
  }
}
