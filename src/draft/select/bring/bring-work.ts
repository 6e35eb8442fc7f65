import type { DraftInput } from "../../model.ts";
import { answeredAdduser } from "../words/adduser.ts";
import { bringingOf, isCarriable } from "./bring.ts";
import type { Bringing } from "./bring.ts";
import { lockedText } from "../words/locked-text.ts";
import { isClientOfAny } from "../service/service-work.ts";
import type { Secrets } from "../words/secrets.ts";
import type { Work } from "../judge/work.ts";

interface Circumstances {
  readonly secrets: Secrets;
  readonly matters: ReadonlySet<string>;
  readonly input: DraftInput;
  readonly isMounted: (path: string) => boolean;
  /** Steps that run with their service started around them. */
  readonly served: ReadonlySet<number>;
  /** Background jobs that do not come to an end. */
  readonly endless: ReadonlySet<number>;
  /** Rank to the text of a removal that must not fail. */
  readonly removals: ReadonlyMap<number, string>;
}

/** How a Step's results come about, with regard to secrets, questions and mounts; found out when asked for: of most Steps nobody asks. */
export function bringWork(work: Work, circumstances: Circumstances): Bringing {
  let found: Bringing | null = null;
  const find = (): Bringing => (found ??= findBringing(work, circumstances));
  return {
    get fate(): Bringing["fate"] {
      return find().fate;
    },
    get why(): string {
      return find().why;
    },
    get text(): string | null {
      return find().text;
    },
  };
}

function findBringing(work: Work, { secrets, matters, input, isMounted, served, endless, removals }: Circumstances): Bringing {
  const removal = removals.get(work.rank);
  if (removal !== undefined) return { fate: "run", why: "its text removes it again", text: removal };
  const locked = lockedText(work);
  if (locked !== null) return { fate: "run", why: "its text makes it again, with the password locked", text: locked };
  const answered = answeredAdduser(work, input.readText);
  if (answered !== null) return { fate: "run", why: "its text makes it again, with the answers that were given", text: answered };
  if (secrets.leftOut.has(work.rank)) return bringFolders(work, matters);
  const bringing = bringingOf(work);
  if (bringing.fate === "run" && !served.has(work.rank) && work.changes.length > 0 && isClientOfAny(work) && isCarriable(work))
    return { fate: "carry", why: "it asked a running server; what came of it is brought", text: null };
  if (bringing.fate === "run" && endless.has(work.rank) && !work.hasPackages)
    return { fate: "carry", why: "a job that does not end; what it had made is brought instead", text: null };
  if (bringing.fate === "run" && hadInput(work) && work.changes.length > 0 && !work.hasPackages && isCarriable(work))
    return { fate: "carry", why: "it read what was piped into it; what came of it is brought", text: null };
  const mayUseMount = bringing.fate === "run" && work.changes.length > 0 && !work.hasPackages && input.history.container.mounts.length > 0;
  if (mayUseMount && usesMount(work, isMounted) && isCarriable(work)) {
    return { fate: "carry", why: "it used what is on a mount and not in the image", text: null };
  }
  return bringing;
}

/** Of a Step that holds a secret, folders and links can be brought. */
function bringFolders(work: Work, matters: ReadonlySet<string>): Bringing {
  const isBrought = work.changes.some(({ path, after }) => matters.has(path) && (after?.type === "directory" || after?.type === "symlink"));
  if (isBrought) return { fate: "carry", why: "its text holds a secret; only the folders it made are brought", text: null };
  return { fate: "run", why: "its text makes it again", text: null };
}

function hadInput({ timed }: Work): boolean {
  return timed.step.findings.some(({ code }) => code === "input-not-kept");
}

function usesMount({ words, timed }: Work, isMounted: (path: string) => boolean): boolean {
  return isMounted(timed.step.cwd) || [...words.mentions].some(isMounted);
}
