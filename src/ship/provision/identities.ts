import { CooperError } from "../../base/errors.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { readUserNamespace, type UserNamespace } from "../../engine/user-namespace/user-namespace.ts";
import type { Accounts } from "../../format/accounts/accounts.ts";
import { isSameIds, SAME_IDS, toOutside } from "../../format/proc/id-ranges.ts";
import type { Ownership } from "../../system/file/write-no-follow.ts";
import type { Plan } from "../plan/model.ts";
import { lookUpAccounts, readAccounts } from "./read-accounts.ts";

/** An owner as the settings name it: names or numbers of the image's own users and groups. */
export interface Wanted {
  readonly owner: string | null;
  readonly group: string | null;
  readonly mode: string | null;
}

/** A user and a group by number; null stays what it is. */
export interface Ids {
  readonly uid: number | null;
  readonly gid: number | null;
}

/** Who the users of a container are, in the image and on this machine. */
export class Identities {
  readonly map: UserNamespace;
  readonly #accounts: Accounts | null;

  constructor(map: UserNamespace, accounts: Accounts | null) {
    this.map = map;
    this.#accounts = accounts;
  }

  /** The numbers in the container; throws `owner-unknown`. Of a user that is named without a group, the group is the user's own; of a number, the same number. */
  inside({ owner, group }: Pick<Wanted, "owner" | "group">): Ids {
    const user = owner === null ? null : this.#user(owner);
    return { uid: user?.uid ?? null, gid: group === null ? (user?.gid ?? null) : this.#group(group) };
  }

  /** The numbers on this machine; throws `id-not-mapped`. */
  outside({ uid, gid }: Ids): Ids {
    return { uid: mapped(this.map, "uid", uid), gid: mapped(this.map, "gid", gid) };
  }

  /** What a node that is made here must be given. Without an owner it is the container's root's, where containers have numbers of their own. */
  ownership(wanted: Wanted): Ownership {
    const { uid, gid } = this.inside(wanted);
    const root = isSameIds(this.map.uid) ? null : 0;
    return { ...this.outside({ uid: uid ?? root, gid: gid ?? root }), mode: wanted.mode === null ? null : Number.parseInt(wanted.mode, 8) };
  }

  #user(name: string): { readonly uid: number; readonly gid: number } {
    if (isNumber(name)) return { uid: Number(name), gid: Number(name) };
    return this.#accounts?.users.get(name) ?? failUnknown("user", name);
  }

  #group(name: string): number {
    return isNumber(name) ? Number(name) : (this.#accounts?.groups.get(name) ?? failUnknown("group", name));
  }
}

/** Reads the engine's map, and the image's users where one is named. A container is made for that (and removed) only with `mayMake`. */
export async function readIdentities(
  engine: Engine,
  plan: Plan,
  { names, mayMake }: { readonly names: readonly (string | null)[]; readonly mayMake: boolean },
): Promise<Identities> {
  const own: UserNamespace = { kind: "none", uid: SAME_IDS, gid: SAME_IDS, evidence: "kernel", container: null };
  const map = plan.container.userns_mode === "host" ? own : await readUserNamespace(engine);
  const image = plan.image.id ?? plan.image.reference;
  if (!names.some((name) => name !== null && !isNumber(name))) return new Identities(map, null);
  const found = plan.image.id === null ? null : await lookUpAccounts(engine, image);
  return new Identities(map, found ?? (mayMake ? await readAccounts(engine, image) : null));
}

function isNumber(text: string): boolean {
  return /^\d+$/u.test(text);
}

function failUnknown(kind: "user" | "group", name: string): never {
  throw new CooperError("owner-unknown", `The image has no ${kind} ${name}.`, {
    hint: `Name a ${kind} of the image's own /etc/${kind === "user" ? "passwd" : "group"}, or a number.`,
  });
}

function mapped(map: UserNamespace, which: "uid" | "gid", id: number | null): number | null {
  if (id === null) return null;
  const outside = toOutside(map[which], id);
  if (outside !== null) return outside;
  throw new CooperError("id-not-mapped", `The engine's containers have no ${which} ${id}.`, {
    hint: map.evidence === null ? "The engine's map cannot be read from here." : "See what they have: cooper engine uid-map",
  });
}
