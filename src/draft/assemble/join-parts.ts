import type { RunAction } from "../rewrite/action.ts";
import type { FetchAction } from "./stages.ts";
import type { CopiedFile, CopyPart } from "./carry.ts";

/** What becomes one or more instructions, on its own or joined with what follows it. */
export type Part = RunAction | CopyPart | FetchAction;

/** Copies that follow each other, as one; or commands that follow each other. */
export type JoinedPart = CopyPart | FetchAction | { readonly kind: "runs"; readonly actions: readonly RunAction[] };

/** Joins what follows each other and is alike; of two copies to one path the later counts. */
export function joinParts(parts: readonly Part[]): JoinedPart[] {
  const joined: JoinedPart[] = [];
  let start = 0;
  for (let end = 1; end <= parts.length; end += 1) {
    if (end < parts.length && isAlike(parts[start], parts[end])) continue;
    const same = parts.slice(start, end);
    const copies = same.filter((part) => part.kind === "copy");
    const actions = same.filter((part) => part.kind === "run");
    joined.push(...same.filter((part) => part.kind === "fetch"));
    if (actions.length > 0) joined.push({ kind: "runs", actions });
    if (copies.length > 0) joined.push(joinCopies(copies));
    start = end;
  }
  return joined;
}

function isAlike(one: Part | undefined, other: Part | undefined): boolean {
  if (one === undefined || other === undefined || one.kind !== other.kind) return false;
  if (one.kind === "fetch" || other.kind === "fetch") return false;
  return one.kind === "run" || one.isRepair === other.isRepair;
}

function joinCopies(copies: readonly CopyPart[]): CopyPart {
  const files = new Map<string, CopiedFile>();
  for (const file of copies.flatMap((copy) => copy.files)) files.set(file.path, file);
  return {
    kind: "copy",
    files: [...files.values()],
    steps: [...new Set(copies.flatMap(({ steps }) => steps))],
    comments: copies.flatMap(({ comments }) => comments),
    why: [...new Set(copies.map(({ why }) => why))].join("; "),
    isRepair: copies.some(({ isRepair }) => isRepair),
  };
}
